import { HoneError, type HoneErrorCode } from '../../domain/errors.ts';
import type { CycleId } from '../../domain/ids.ts';
import type { BatchReport, SignedBatchReport } from '../../domain/model/batch-report.ts';
import type { EnvironmentSummary, Reading } from '../../domain/model/environment.ts';
import type { Build } from '../../domain/model/build.ts';
import type { Evaluation } from '../../domain/model/evaluation.ts';
import type { ProfileVersion } from '../../domain/model/profile.ts';
import type { Release } from '../../domain/model/release.ts';
import type { Target } from '../../domain/model/target.ts';
import type { Window } from '../../domain/model/collection.ts';
import type { Store } from '../../domain/ports/store.ts';
import { servedRelease } from './baseline.ts';
import { InterruptedError } from './interrupted-error.ts';

/** What the demo ends with; null for what it did not come to. */
export interface DemoSummary {
  readonly target: string | null;
  readonly cycle: string | null;
  readonly profileVersion: number | null;
  readonly profileSha256: string | null;
  readonly windowsKept: number | null;
  readonly windowsRejected: number | null;
  readonly verdict: string;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly release: number | null;
  readonly seconds: number;
  /** Only of a demo that did not succeed. */
  readonly error?: { readonly code: HoneErrorCode | 'interrupted'; readonly message: string };
}

interface Learnt {
  readonly target: Target;
  readonly version: ProfileVersion;
  readonly windows: readonly Window[];
  readonly evaluation: Evaluation;
  readonly baseline: Build;
  readonly candidate: Build;
  /** The release that the baseline is the build of; null when it is a baseline build. */
  readonly promoted: Release | null;
  readonly release: Release | null;
  /** What the gateway signed of the cycle's batch; null where nothing was mirrored. */
  readonly batch: BatchReport | null;
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
  const served = await servedRelease(store, target);
  const [batch] = await store.batches.ofCycles([cycleId]);
  return {
    target,
    version,
    windows: await store.windows.ofCycle(cycleId),
    evaluation,
    baseline: baseline!,
    candidate: candidate!,
    promoted: served?.buildId === evaluation.baselineBuildId ? served : null,
    release,
    // Stored after it was verified: of a batch that was refused no cycle succeeds.
    batch: batch ? (JSON.parse(batch.text) as SignedBatchReport).report : null,
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

const nothing = {
  target: null,
  cycle: null,
  profileVersion: null,
  profileSha256: null,
  windowsKept: null,
  windowsRejected: null,
  verdict: 'none',
  ratio: null,
  low: null,
  high: null,
  release: null,
} as const;

/** What is known of a demo that failed, was rejected or was interrupted, perhaps before there was a cycle. */
export function summariseFailure(error: unknown, known: Partial<DemoSummary>, seconds: number): DemoSummary {
  const message = error instanceof Error ? error.message : String(error);
  return { ...nothing, ...known, seconds: roundTenths(seconds), error: { code: codeOf(error), message } };
}

function codeOf(error: unknown): HoneErrorCode | 'interrupted' {
  if (error instanceof InterruptedError) return 'interrupted';
  return error instanceof HoneError ? error.code : 'internal';
}

/** What a cycle that ended without an evaluation left. */
export async function readRemains(store: Store, cycleId: CycleId): Promise<Partial<DemoSummary>> {
  const [version] = await store.profiles.byCycleIds([cycleId]);
  const windows = await store.windows.ofCycle(cycleId);
  return {
    profileVersion: version?.number ?? null,
    profileSha256: version?.profile.digest ?? null,
    windowsKept: windows.filter(({ kept }) => kept).length,
    windowsRejected: windows.filter(({ kept }) => !kept).length,
  };
}

function roundTenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** One line for each thing that the demo shows. */
export function summaryLines(learnt: Learnt): readonly string[] {
  const { target, version, windows, evaluation, baseline, candidate, release, batch } = learnt;
  const { summary, windowOverlap } = version.acceptance;
  const kept = windows.filter((window) => window.kept);
  const overlap = windowOverlap === null ? '' : `, windows overlap ${(windowOverlap * 100).toFixed(1)} %`;
  return [
    `Profile  version ${version.number}, ${version.state}: ${counted(summary.functionsWithCounts)} of ${counted(summary.functions)} functions with counts, ${counted(summary.totalCount)} counts${overlap}`,
    `Windows  ${kept.length} kept, ${windows.length - kept.length} rejected; ${environmentLine(kept.map(({ environment }) => environment.summary))}`,
    ...(batch === null ? [] : [privacyLine(batch)]),
    `Gain     ${evaluation.verdict} against ${against(learnt)}: ${evaluation.sentence}`,
    `Sizes    baseline ${kilobytes(baseline.binary.sizeBytes)} (code ${kilobytes(baseline.textBytes)}), optimised ${kilobytes(candidate.binary.sizeBytes)} (code ${kilobytes(candidate.textBytes)}), profile ${kilobytes(version.profile.sizeBytes)}`,
    `Release  ${release ? `${release.number} is on offer: build ID ${candidate.elfBuildId}` : 'none on offer'}`,
    `Next     ${release ? `npx hone release promote ${target.name} ${release.number} --channel stable` : `npx hone cycle show ${version.cycleId}`}`,
  ];
}

function privacyLine({ replaced, drops, canaries }: BatchReport): string {
  const identifiers = Object.values(replaced).reduce((sum, count) => sum + count, 0);
  const figures = [
    `${counted(identifiers)} identifiers replaced`,
    `${counted(drops.dropped)} of ${counted(drops.valid)} valid requests dropped`,
    `${counted(canaries.leaked)} of ${counted(canaries.planted)} canaries came out`,
  ];
  return `Privacy  signed report verified: ${figures.join(', ')}`;
}

/** A release that is promoted is what the next one has to beat: much the same build, unless the program has changed. */
function against({ target, baseline, promoted }: Learnt): string {
  if (promoted) return `release ${promoted.number}, which is promoted (npx hone release rollback ${target.name} goes back)`;
  return baseline.kind === 'baseline' ? 'the baseline build' : `build ${baseline.elfBuildId}`;
}

/** The worst of the windows, each figure by itself. */
function environmentLine(summaries: readonly EnvironmentSummary[]): string {
  if (summaries.length === 0) return 'no environment';
  const worst = (of: (summary: EnvironmentSummary) => Reading, format: (value: number) => string) => shown(summaries.map(of), format);
  const figures = [
    `steal ${worst(
      ({ stealShare }) => stealShare,
      (value) => `${(value * 100).toFixed(1)} %`,
    )}`,
    `CPU pressure ${worst(
      ({ cpuPressurePercent }) => cpuPressurePercent,
      (value) => `${value.toFixed(1)} %`,
    )}`,
    `temperature ${worst(
      ({ maximumTemperatureCelsius }) => maximumTemperatureCelsius,
      (value) => `${value.toFixed(1)} °C`,
    )}`,
    `energy ${worst(
      ({ energyJoules }) => energyJoules,
      (value) => `${value.toFixed(1)} J`,
    )}`,
  ];
  return `at worst ${figures.join(', ')}`;
}

function shown(readings: readonly Reading[], format: (value: number) => string): string {
  const values = readings.filter((reading) => reading.available).map(({ value }) => value);
  return values.length === 0 ? 'unavailable' : format(Math.max(...values));
}

function counted(value: number): string {
  return value.toLocaleString('en-GB');
}

function kilobytes(bytes: number): string {
  return `${counted(Math.round(bytes / 1024))} KiB`;
}
