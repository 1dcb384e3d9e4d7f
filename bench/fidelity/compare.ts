import { overlapProfiles } from '../../toolchains/clang/overlap.ts';
import type { Built } from './build.ts';
import type { Collection } from './collect.ts';
import { hotPaths, readCounts, sharedShare, type Counts } from './counts.ts';
import { readLayout, sameLayouts } from './layout.ts';
import { readRemarks, sameDirections } from './remarks.ts';
import type { Workshop } from './subject.ts';

/** One side of a comparison: a profile, and the build that was made with it. */
export interface Side {
  readonly collection: Collection;
  readonly built: Built;
}

/** How alike two profiles are, and what the compiler made of them; shares of 1. */
export interface Alike {
  readonly hotPath: number;
  readonly branch: number;
  readonly inlining: number;
  readonly layout: number;
  readonly remarks: number;
}

const version = 22;

/** The edge overlap as `llvm-profdata overlap` has it, 0..1. */
export function overlapOf(left: Collection, right: Collection, { searchPath, signal }: Workshop): Promise<number> {
  return overlapProfiles({ version, searchPath }, left.profile, right.profile, { signal, progress: () => undefined });
}

export function countsOf({ profile }: Collection, { searchPath, signal }: Workshop): Promise<Counts> {
  return readCounts({ version, searchPath }, profile, signal);
}

/** Compares two profiles and their builds, kind by kind. */
export async function compare(left: Side, right: Side, workshop: Workshop): Promise<Alike> {
  const counts = await Promise.all([countsOf(left.collection, workshop), countsOf(right.collection, workshop)]);
  const [here, there] = [await readRemarks(left.built.diagnostics), await readRemarks(right.built.diagnostics)];
  const layouts = [await readLayout(left.built.binary, workshop), await readLayout(right.built.binary, workshop)] as const;
  const executed = executedNames(counts[0]);
  return {
    hotPath: sharedShare(hotPaths(counts[0]), hotPaths(counts[1])),
    branch: sameDirections(here, there),
    inlining: sharedShare(here.inlined, there.inlined),
    layout: sameLayouts(...layouts, (name) => executed.has(name.split(/[. ]/)[0]!)),
    remarks: sharedShare(here.passed, there.passed),
  };
}

/** The symbols of the functions with counts: static ones carry their file before a semicolon. */
function executedNames(counts: Counts): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [key, values] of counts) {
    const name = key.slice(0, key.lastIndexOf(' '));
    if (values.some((value) => value > 0)) names.add(name.slice(name.lastIndexOf(';') + 1));
  }
  return names;
}
