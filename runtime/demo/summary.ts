import { HoneError } from '../../domain/errors.ts';
import type { CycleId } from '../../domain/ids.ts';
import type { EnvironmentSummary, Reading } from '../../domain/model/environment.ts';
import type { Build } from '../../domain/model/build.ts';
import type { Evaluation } from '../../domain/model/evaluation.ts';
import type { ProfileVersion } from '../../domain/model/profile.ts';
import type { Release } from '../../domain/model/release.ts';
import type { Target } from '../../domain/model/target.ts';
import type { Window } from '../../domain/model/collection.ts';
import type { Store } from '../../domain/ports/store.ts';

/** What the demo ends with. */
export interface DemoSummary {
  readonly target: string;
  readonly cycle: string;
  readonly profileVersion: number | null;
  readonly profileSha256: string | null;
  readonly windowsKept: number;
  readonly windowsRejected: number;
  readonly verdict: string;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly release: number | null;
  readonly seconds: number;
}

interface Learnt {
  readonly target: Target;
  readonly version: ProfileVersion;
  readonly windows: readonly Window[];
  readonly evaluation: Evaluation;
  readonly baseline: Build;
  readonly candidate: Build;
  readonly release: Release | null;
}

/** Everything the cycle left in the store; throws the cycle's own error when it did not succeed. */
export async function readLearnt(store: Store, target: Target, cycleId: CycleId): Promise<Learnt> {
  const cycle = await store.cycles.byId(cycleId);
  if (cycle?.error) throw HoneError.fromData(cycle.error);
  const [version] = await store.profiles.byCycleIds([cycleId]);
  const [evaluation] = await store.evaluations.byCycleIds([cycleId]);
  if (!version || !evaluation)
    throw new HoneError(
      'internal',
      `The cycle ended as ${cycle?.state ?? 'unknown'} without an evaluation.`,
      'See its events: hone cycle show.',
    );
  const [release = null] = await store.releases.byEvaluationIds([evaluation.id]);
  const [baseline, candidate] = await Promise.all([
    store.builds.byId(evaluation.baselineBuildId),
    store.builds.byId(evaluation.candidateBuildId),
  ]);
  return {
    target,
    version,
    windows: await store.windows.ofCycle(cycleId),
    evaluation,
    baseline: baseline!,
    candidate: candidate!,
    release,
  };
}

export function summarise({ target, version, windows, evaluation, release }: Learnt, seconds: number): DemoSummary {
  return {
    target: target.name,
    cycle: version.cycleId,
    profileVersion: version.number,
    profileSha256: version.profile.digest,
    windowsKept: windows.filter(({ kept }) => kept).length,
    windowsRejected: windows.filter(({ kept }) => !kept).length,
    verdict: evaluation.verdict ?? 'none',
    ratio: evaluation.interval?.ratio ?? null,
    low: evaluation.interval?.low ?? null,
    high: evaluation.interval?.high ?? null,
    release: release?.number ?? null,
    seconds: roundTenths(seconds),
  };
}

/** What is known of a cycle that ended without an evaluation. */
export async function summariseFailure(store: Store, target: Target, cycleId: CycleId, seconds: number): Promise<DemoSummary> {
  const [version] = await store.profiles.byCycleIds([cycleId]);
  const windows = await store.windows.ofCycle(cycleId);
  return {
    target: target.name,
    cycle: cycleId,
    profileVersion: version?.number ?? null,
    profileSha256: version?.profile.digest ?? null,
    windowsKept: windows.filter(({ kept }) => kept).length,
    windowsRejected: windows.filter(({ kept }) => !kept).length,
    verdict: 'none',
    ratio: null,
    low: null,
    high: null,
    release: null,
    seconds: roundTenths(seconds),
  };
}

function roundTenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The six lines. */
export function summaryLines({ target, version, windows, evaluation, baseline, candidate, release }: Learnt): readonly string[] {
  const { summary, windowOverlap } = version.acceptance;
  const kept = windows.filter((window) => window.kept);
  const overlap = windowOverlap === null ? '' : `, windows overlap ${(windowOverlap * 100).toFixed(1)} %`;
  return [
    `Profile  version ${version.number}, ${version.state}: ${counted(summary.functionsWithCounts)} of ${counted(summary.functions)} functions with counts, ${counted(summary.totalCount)} counts${overlap}`,
    `Windows  ${kept.length} kept, ${windows.length - kept.length} rejected; ${kept[0] ? environmentLine(kept[0].environment.summary) : 'no environment'}`,
    `Gain     ${evaluation.verdict}: ${evaluation.sentence}`,
    `Sizes    baseline ${kilobytes(baseline.binary.sizeBytes)} (code ${kilobytes(baseline.textBytes)}), optimised ${kilobytes(candidate.binary.sizeBytes)} (code ${kilobytes(candidate.textBytes)}), profile ${kilobytes(version.profile.sizeBytes)}`,
    `Release  ${release ? `${release.number} is on offer: build ID ${candidate.elfBuildId}` : 'none on offer'}`,
    `Next     ${release ? `npx hone release promote ${target.name} ${release.number} --channel stable` : `npx hone cycle show ${version.cycleId}`}`,
  ];
}

function environmentLine(summary: EnvironmentSummary): string {
  return [
    `steal ${shown(summary.stealShare, (value) => `${(value * 100).toFixed(1)} %`)}`,
    `CPU pressure ${shown(summary.cpuPressurePercent, (value) => `${value.toFixed(1)} %`)}`,
    `temperature ${shown(summary.meanTemperatureCelsius, (value) => `${value.toFixed(1)} °C`)}`,
    `energy ${shown(summary.energyJoules, (value) => `${value.toFixed(1)} J`)}`,
  ].join(', ');
}

function shown(reading: Reading, format: (value: number) => string): string {
  return reading.available ? format(reading.value) : 'unavailable';
}

function counted(value: number): string {
  return value.toLocaleString('en-GB');
}

function kilobytes(bytes: number): string {
  return `${counted(Math.round(bytes / 1024))} KiB`;
}
