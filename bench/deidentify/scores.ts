import type { Case } from './corpus/truth.ts';
import { judge, type Output, type Verdict } from './judge.ts';
import { lostShape } from './shape.ts';

/** What a contender made of the corpus. Shares are of the requests that came out; a dropped one counts in `dropped` alone. */
export interface Scores {
  readonly removed: Share;
  readonly decoysChanged: Share;
  readonly shapeKept: Share;
  readonly dropped: Share;
  /** By reason. */
  readonly drops: Readonly<Record<string, number>>;
  /** By reason, the places left out: names of the reported part are not printed. */
  readonly lostShapes: Readonly<Record<string, number>>;
  readonly verdicts: readonly PlacedVerdict[];
}

/** `where`: path, query, header, cookie, or the body's format. */
export interface PlacedVerdict extends Verdict {
  readonly where: string;
}

function whereOf({ truth: { place } }: Verdict, format: string): string {
  const [first = '', second] = place.split('/');
  return first === 'body' ? format : second === 'cookie' ? second : first;
}

export interface Share {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** @param outputs one per case; a string is the reason of a drop */
export function score(cases: readonly Case[], outputs: readonly (Output | string)[], random: () => number): Scores {
  const removed: Part[] = [];
  const changed: Part[] = [];
  const shapes: Part[] = [];
  const drops: Record<string, number> = {};
  const lostShapes: Record<string, number> = {};
  const verdicts: PlacedVerdict[] = [];
  for (const [index, one] of cases.entries()) {
    const output = outputs[index]!;
    if (typeof output === 'string') {
      drops[output] = (drops[output] ?? 0) + 1;
      continue;
    }
    const all = judge(one, output);
    verdicts.push(...all.map((verdict) => ({ ...verdict, where: whereOf(verdict, one.format) })));
    const going = all.filter(({ truth }) => truth.must === 'go');
    const staying = all.filter(({ truth }) => truth.must === 'stay');
    removed.push({ counted: going.filter(({ right }) => right).length, of: going.length });
    changed.push({ counted: staying.filter(({ right }) => !right).length, of: staying.length });
    const lost = lostShape(one, output);
    shapes.push({ counted: lost === null ? 1 : 0, of: 1 });
    if (lost !== null) lostShapes[general(lost)] = (lostShapes[general(lost)] ?? 0) + 1;
  }
  const dropped = outputs.map((output) => ({ counted: typeof output === 'string' ? 1 : 0, of: 1 }));
  const share = (parts: readonly Part[]) => shareOf(parts, random);
  return {
    removed: share(removed),
    decoysChanged: share(changed),
    shapeKept: share(shapes),
    dropped: share(dropped),
    drops,
    lostShapes,
    verdicts,
  };
}

const general = (reason: string) => reason.replaceAll(/\d+/g, 'n').replace(/^.*: /s, '');

/** One request's part of a share. */
interface Part {
  readonly counted: number;
  readonly of: number;
}

const resamples = 1000;

/** The share with its 95 % percentile bootstrap interval over requests: the values of one request stand or fall together. */
function shareOf(parts: readonly Part[], random: () => number): Share {
  const shareIn = (chosen: readonly Part[]) => {
    let [counted, of] = [0, 0];
    for (const part of chosen) {
      counted += part.counted;
      of += part.of;
    }
    return of === 0 ? 0 : counted / of;
  };
  const again = Array.from({ length: resamples }, () =>
    shareIn(Array.from(parts, () => parts[Math.floor(random() * parts.length)]!)),
  ).toSorted((left, right) => left - right);
  return { value: shareIn(parts), low: again[Math.round(0.025 * (resamples - 1))]!, high: again[Math.round(0.975 * (resamples - 1))]! };
}

/** Rows of kinds, columns of encodings or of places: how many were removed (or left alone) of how many; only rows with a miss. */
export function missTable(verdicts: readonly PlacedVerdict[], must: 'go' | 'stay', by: 'encoding' | 'where'): string {
  const cells = new Map<string, Map<string, { right: number; of: number }>>();
  for (const { truth, right, where } of verdicts) {
    if (truth.must !== must) continue;
    const column = by === 'where' ? where : truth.encoding;
    const row = cells.get(truth.kind) ?? new Map();
    const cell = row.get(column) ?? { right: 0, of: 0 };
    cell.right += right ? 1 : 0;
    cell.of += 1;
    cells.set(truth.kind, row.set(column, cell));
  }
  const columns = [...new Set([...cells.values()].flatMap((row) => [...row.keys()]))];
  const lines = [...cells]
    .filter(([, row]) => [...row.values()].some(({ right, of }) => right < of))
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([kind, row]) => [kind, ...columns.map((column) => (row.has(column) ? `${row.get(column)!.right}/${row.get(column)!.of}` : ''))]);
  const width = Math.max(20, ...lines.map(([kind]) => kind!.length + 2));
  return [['', ...columns], ...lines]
    .map(([kind, ...rest]) => kind!.padEnd(width) + rest.map((cell) => cell.padStart(16)).join(''))
    .join('\n');
}
