import type { FreshnessPolicy } from '../manifest/freshness-schema.ts';
import type { ToolchainRef } from '../model/build.ts';
import type { CodeDrift, DimensionMeasure, FreshnessDimension } from '../model/freshness.ts';
import { grouped, perCent, significant } from './figures.ts';

/** What could not be measured, with the reason as a sentence. */
export interface Unmeasured {
  readonly unavailable: string;
}

const dayMilliseconds = 86_400_000;
const units = {
  age: 'days',
  'code-drift': 'share',
  'traffic-drift': 'share',
  'profile-drift': 'share',
  'toolchain-drift': 'changes',
  'hardware-drift': 'changes',
} as const satisfies Record<FreshnessDimension, DimensionMeasure['unit']>;

const measured = (dimension: FreshnessDimension, value: number, threshold: number, sentence: string, details: readonly string[] = []) => ({
  dimension,
  value,
  unit: units[dimension],
  threshold,
  sentence,
  details,
  evidence: null,
});

/** A dimension that could not be measured: the reason is its sentence. */
export function unmeasured(dimension: FreshnessDimension, threshold: number, { unavailable }: Unmeasured): DimensionMeasure {
  return { dimension, value: null, unit: units[dimension], threshold, sentence: unavailable, details: [], evidence: null };
}

/** Days since the last window that was kept. @param lastWindowEndedAt ISO 8601; null when none is known */
export function measureAge(lastWindowEndedAt: string | null, now: Date, policy: FreshnessPolicy): DimensionMeasure {
  const limit = policy.maximumAgeDays;
  if (lastWindowEndedAt === null) return unmeasured('age', limit, { unavailable: 'No window of this version was kept.' });
  const days = Math.max(0, now.getTime() - Date.parse(lastWindowEndedAt)) / dayMilliseconds;
  return measured('age', days, limit, `The last window ended ${ago(days)} ago; at most ${significant(limit)} are allowed.`, [
    `last window: ${lastWindowEndedAt}`,
  ]);
}

/** `40 days`, `7 hours`, `less than an hour`. */
function ago(days: number): string {
  if (days >= 2) return `${significant(days)} days`;
  const hours = Math.floor(days * 24);
  return hours === 0 ? 'less than an hour' : counted(hours, 'hour');
}

const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Counts of functions whose CFG hash is another now, or that are gone, as a share of all counts. */
export function measureCodeDrift(drift: CodeDrift | Unmeasured, policy: FreshnessPolicy): DimensionMeasure {
  const limit = policy.maximumCodeDrift;
  if ('unavailable' in drift) return unmeasured('code-drift', limit, drift);
  const { totalCount, mismatchedCount, goneCount, mismatchedFunctions, goneFunctions, newFunctions } = drift;
  const of = (count: number) => (totalCount === 0 ? 0 : count / totalCount);
  const value = of(mismatchedCount + goneCount);
  const what = `${counted(mismatchedFunctions, 'function')} changed, ${grouped(goneFunctions)} gone`;
  const sentence = `${perCent(value)} of the profile's counts are in functions that the source no longer has like that (${what}); at most ${perCent(limit)} is allowed.`;
  return measured('code-drift', value, limit, sentence, [
    ...drift.heaviest.map(
      ({ name, what: how, count }) => `${how === 'gone' ? 'gone' : 'changed'}: ${name}, ${perCent(of(count))} of the counts`,
    ),
    `functions of the source that the profile does not know: ${grouped(newFunctions)}`,
    `source now: ${drift.source.digest}, ${grouped(drift.source.files)} files`,
  ]);
}

/** Another major version, or another compiler, reads or lays out another profile. */
export function measureToolchainDrift(then: ToolchainRef, now: ToolchainRef | Unmeasured): DimensionMeasure {
  const limit = 0;
  if ('unavailable' in now) return unmeasured('toolchain-drift', limit, now);
  const isOther = then.kind !== now.kind || majorOf(then) !== majorOf(now);
  const [before, after] = [`${then.kind} ${then.version}`, `${now.kind} ${now.version}`];
  const same =
    then.identity === now.identity
      ? `${after} collected it and compiles now`
      : `${before} collected it, ${after} compiles now: the same major version`;
  const sentence = isOther ? `${before} collected it, and ${after} compiles now: another major version.` : `${same}.`;
  return measured('toolchain-drift', isOther ? 1 : 0, limit, sentence, [`then: ${then.identity}`, `now: ${now.identity}`]);
}

const majorOf = ({ version }: ToolchainRef): string => version.split('.')[0] ?? version;

/** @param collectedOn the hardware classes of the hosts of the kept windows @param production the manifest's class; undefined when it names none */
export function measureHardwareDrift(collectedOn: readonly string[], production: string | undefined): DimensionMeasure {
  const limit = 0;
  if (production === undefined) {
    return unmeasured('hardware-drift', limit, {
      unavailable: 'The manifest does not say on what production runs (freshness.productionHardware).',
    });
  }
  if (collectedOn.length === 0) return unmeasured('hardware-drift', limit, { unavailable: 'No window of this version was kept.' });
  const others = collectedOn.filter((one) => one !== production);
  const sentence =
    others.length === 0
      ? `It was collected on ${production}, production's class.`
      : `It was collected on ${others.join(', ')}, and production runs on ${production}.`;
  return measured('hardware-drift', others.length === 0 ? 0 : 1, limit, sentence);
}
