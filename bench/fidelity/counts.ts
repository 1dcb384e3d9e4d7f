import { runProfdata, type ProfdataSettings } from '../../toolchains/clang/profdata.ts';

/** The counters of each function of a profile, by name and hash of its control-flow graph. */
export type Counts = ReadonlyMap<string, readonly number[]>;

/** Reads an indexed profile with `llvm-profdata merge --text`. */
export async function readCounts(settings: ProfdataSettings, profile: string, signal: AbortSignal): Promise<Counts> {
  const reader = textReader();
  const call = { signal, progress: () => undefined, onLine: reader.line };
  await runProfdata(settings, ['merge', '--text', '-o', '-', profile], `read ${profile}`, call);
  return reader.counts();
}

/** Reads the text form line by line: a function's name, comments, its hash, the number of its counters, the counters, then value profiles. */
export function textReader(): { readonly line: (line: string) => void; readonly counts: () => Counts } {
  const all = new Map<string, readonly number[]>();
  let record: string[] = [];
  const end = () => {
    const [name, hash, length, ...rest] = record;
    if (name !== undefined && hash !== undefined) all.set(`${name} ${hash}`, rest.slice(0, Number(length)).map(Number));
    record = [];
  };
  return {
    line: (line) => {
      if (line === '') end();
      else if (!line.startsWith('#') && !(record.length === 0 && line.startsWith(':'))) record.push(line);
    },
    counts: () => {
      end();
      return all;
    },
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function totalOf(counts: Counts): number {
  let total = 0;
  for (const values of counts.values()) total += sum(values);
  return total;
}

/** What one function takes away from the overlap of two profiles. */
export interface Loss {
  readonly name: string;
  /** Of the whole, 0..1. */
  readonly share: number;
  /** The counter that differs most, and its share of all counts in each profile. */
  readonly counter: number;
  readonly left: number;
  readonly right: number;
}

/** The functions by what they take away from the overlap (half the sum of the differences of shares), the worst first. */
export function losses(left: Counts, right: Counts): readonly Loss[] {
  const [leftTotal, rightTotal] = [totalOf(left), totalOf(right)];
  const found = [...new Set([...left.keys(), ...right.keys()])].map((name): Loss => {
    const [here = [], there = []] = [left.get(name), right.get(name)];
    let worst = { counter: 0, left: 0, right: 0 };
    let share = 0;
    for (let counter = 0; counter < Math.max(here.length, there.length); counter += 1) {
      const shares = { counter, left: (here[counter] ?? 0) / leftTotal, right: (there[counter] ?? 0) / rightTotal };
      share += Math.abs(shares.left - shares.right) / 2;
      if (Math.abs(shares.left - shares.right) > Math.abs(worst.left - worst.right)) worst = shares;
    }
    return { name, share, ...worst };
  });
  return found.filter(({ share }) => share > 0).toSorted((one, other) => other.share - one.share);
}

const hotShare = 0.99;

/** The hottest counters that together hold 99 % of all counts: the hot paths, as function and place. */
export function hotPaths(counts: Counts): ReadonlySet<string> {
  const all = [...counts].flatMap(([name, values]) => values.map((value, place) => ({ key: `${name}/${place}`, value })));
  const hot = new Set<string>();
  let left = hotShare * totalOf(counts);
  for (const { key, value } of all.toSorted((one, other) => other.value - one.value)) {
    if (left <= 0) break;
    hot.add(key);
    left -= value;
  }
  return hot;
}

/** Members of both over members of either (Jaccard); 1 for two empty sets. */
export function sharedShare(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let both = 0;
  for (const member of left) if (right.has(member)) both += 1;
  const either = left.size + right.size - both;
  return either === 0 ? 1 : both / either;
}
