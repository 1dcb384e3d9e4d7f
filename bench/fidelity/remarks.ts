import { readDiagnostics, type Diagnostic } from '../../toolchains/clang/diagnostics.ts';

/** What the compiler said of one build. */
export interface Remarks {
  /** What its passes did, as file, place and words without costs; a second of the same is numbered. */
  readonly passed: ReadonlySet<string>;
  /** Those of the inliner. */
  readonly inlined: ReadonlySet<string>;
  /** The probability that each executed branch of the source is taken, by place and condition, and how often it was reached. */
  readonly branches: ReadonlyMap<string, Branch>;
}

interface Branch {
  readonly probability: number;
  readonly reached: number;
}

const branchWords = /^(\S*) is true with probability : 0x[0-9a-f]+ \/ 0x[0-9a-f]+ = ([\d.]+)% \(total count : (\d+)\)/;

/** Reads the remarks out of what clang noted while it compiled. */
export async function readRemarks(file: string): Promise<Remarks> {
  return sortRemarks(await readDiagnostics(file));
}

/** Tells remarks apart by their words and places: costs, thresholds and counts differ between two builds that do the same. */
export function sortRemarks(diagnostics: readonly Diagnostic[]): Remarks {
  const passed = new Set<string>();
  const inlined = new Set<string>();
  const branches = new Map<string, Branch>();
  const seen = new Map<string, number>();
  for (const { level, message, place, mainFile } of diagnostics) {
    if (level !== 'remark') continue;
    const [, condition, percent, reached] = branchWords.exec(message) ?? [];
    const words = condition ?? message.replaceAll(/\((?:cost|hotness)[^)]*\)/g, '').trim();
    const key = [mainFile, place ?? '', words].join(' | ');
    const again = (seen.get(key) ?? 0) + 1;
    seen.set(key, again);
    const name = again === 1 ? key : `${key} #${again}`;
    // A probability is what was read from the profile, not what was made of it.
    if (condition !== undefined) branches.set(name, { probability: Number(percent) / 100, reached: Number(reached) });
    else passed.add(name);
    if (message.includes(' inlined into ')) inlined.add(name);
  }
  return { passed, inlined, branches };
}

/**
 * Of the branches that the left build's profile reached, the share whose likelier side is the same in the right build. A branch within
 * a percentage point of even has no likelier side: it agrees when the other is as close.
 */
export function sameDirections(left: Remarks, right: Remarks): number {
  let [same, all] = [0, 0];
  for (const [place, branch] of left.branches) {
    if (branch.reached === 0) continue;
    const other = right.branches.get(place);
    all += 1;
    if (other !== undefined && agree(branch.probability, other.probability)) same += 1;
  }
  return all === 0 ? 1 : same / all;
}

const even = 0.01;
const agree = (one: number, other: number) => one > 0.5 === other > 0.5 || (Math.abs(one - 0.5) <= even && Math.abs(other - 0.5) <= even);
