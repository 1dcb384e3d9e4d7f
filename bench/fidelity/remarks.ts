import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** What the compiler said of one build. */
export interface Remarks {
  /** What its passes did (`!Passed`), as pass, name, function, place, and whom it was about; a second of the same is numbered. */
  readonly passed: ReadonlySet<string>;
  /** Those of the inliner. */
  readonly inlined: ReadonlySet<string>;
  /** The probability that each executed branch of the source is taken, by function, place and condition, and how often it was reached. */
  readonly branches: ReadonlyMap<string, Branch>;
}

export interface Branch {
  readonly probability: number;
  readonly reached: number;
}

const branchWords = /^'?0x[0-9a-f]+ \/ 0x[0-9a-f]+ = ([\d.]+)% \(total count : (\d+)\)'?$/;

/** Reads LLVM's optimisation records (YAML, one document per remark) as lines: there are tens of megabytes of them. */
export async function readRemarks(files: readonly string[]): Promise<Remarks> {
  const reader = remarkReader();
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) reader.line(line);
  }
  return reader.remarks();
}

/** Takes the lines of records one after the other. */
export function remarkReader(): { readonly line: (line: string) => void; readonly remarks: () => Remarks } {
  const passed = new Set<string>();
  const inlined = new Set<string>();
  const branches = new Map<string, Branch>();
  const seen = new Map<string, number>();
  let document: string[] | null = null;
  const take = (lines: readonly string[]) => {
    const { pass, key, texts } = parse(lines);
    const again = (seen.get(key) ?? 0) + 1;
    seen.set(key, again);
    const place = again === 1 ? key : `${key} #${again}`;
    const branch = pass === 'pgo-instrumentation' ? texts.map((text) => branchWords.exec(text)).find((found) => found !== null) : undefined;
    if (branch) branches.set(place, { probability: Number(branch[1]) / 100, reached: Number(branch[2]) });
    // What the profile's own pass says is what it read, not what was made of it.
    if (pass === 'pgo-instrumentation') return;
    passed.add(place);
    if (pass === 'inline') inlined.add(place);
  };
  return {
    line(line) {
      if (line.startsWith('--- ')) document = line === '--- !Passed' ? [] : null;
      else if (line === '...') {
        if (document !== null) take(document);
        document = null;
      } else document?.push(line);
    },
    remarks: () => ({ passed, inlined, branches }),
  };
}

/** Costs and counts differ between two builds that do the same: only names and places tell remarks apart. */
function parse(lines: readonly string[]) {
  const field = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim() ?? '';
  const argument = (name: string) =>
    lines
      .find((line) => line.startsWith(`  - ${name}:`))
      ?.slice(name.length + 5)
      .trim() ?? '';
  const texts = lines.filter((line) => line.startsWith('  - String:')).map((line) => line.slice(11).trim());
  const pass = field('Pass');
  const about = pass === 'pgo-instrumentation' ? (texts[0] ?? '') : argument('Callee');
  return { pass, texts, key: [pass, field('Name'), field('Function'), field('DebugLoc'), about].join(' | ') };
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
