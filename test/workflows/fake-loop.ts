import { Context } from '@temporalio/activity';
import type { BuildActivities } from '../../domain/contracts/build-activities.ts';
import type { ControlActivities, PromotionActivities } from '../../domain/contracts/control-activities.ts';
import type { EpochActivities } from '../../domain/contracts/epoch-activities.ts';
import type { GatewayActivities } from '../../domain/contracts/gateway-activities.ts';
import type { RefreshActivities, ScheduleActivities } from '../../domain/contracts/schedule-activities.ts';
import type { FreshnessActivities } from '../../domain/contracts/freshness-activities.ts';
import type { StressActivities } from '../../domain/contracts/stress-activities.ts';
import type { HostActivities } from '../../domain/contracts/host-activities.ts';
import {
  asId,
  type BuildRecordId,
  type Digest,
  type EpochId,
  type FreshnessCheckId,
  type HostId,
  type InstanceId,
  type ProfileVersionId,
  type ReleaseId,
  type TargetId,
  type WindowId,
} from '../../domain/ids.ts';
import { manifestSchema } from '../../domain/manifest/schema.ts';
import type { Build } from '../../domain/model/build.ts';
import type { FreshnessCheck } from '../../domain/model/freshness.ts';
import type { ReplayComparison, SessionCounters } from '../../domain/model/collection.ts';
import type { ProfileSummary } from '../../domain/model/profile.ts';
import { samplePrivacyReport, sampleSpeed } from '../support/samples.ts';

export type AllActivities = FreshnessActivities &
  ControlActivities &
  RefreshActivities &
  ScheduleActivities &
  StressActivities &
  EpochActivities &
  PromotionActivities &
  GatewayActivities &
  BuildActivities &
  HostActivities;

/** What a fake loop has taken and not given back, and what it was asked to do. */
export interface Ledger {
  readonly held: Set<string>;
  readonly calls: string[];
  readonly closed: { state: string; error: unknown }[];
  readonly events: { stage: string; state: string; message: string }[];
  published: number;
  readonly starts: Parameters<ScheduleActivities['recordScheduleStart']>[0][];
}

const digest = (letter: string) => asId<Digest>(letter.repeat(64));
const blob = (letter: string) => ({ digest: digest(letter), sizeBytes: 4096 });

export const httpManifest = manifestSchema.parse({
  target: 'fake',
  build: { command: 'make', binary: 'fake' },
  run: { command: ['{binary}', '{port}'] },
  drive: { kind: 'http' },
  mirror: { configuration: 'nginx.conf', httpInclude: 'http.conf', locationInclude: 'location.conf' },
  collection: { windows: 3, windowAttempts: 2 },
  evaluation: { maximumPairs: 8, minimumPairs: 4 },
});

export const commandManifest = manifestSchema.parse({
  target: 'fake',
  build: { command: 'make', binary: 'fake' },
  run: { command: ['{binary}'] },
  drive: { kind: 'command', inputs: [{ name: 'one' }, { name: 'two', heldOut: true }] },
});

const summary: ProfileSummary = {
  functions: 100,
  functionsWithCounts: 60,
  totalCount: 1e6,
  maximumCount: 1e5,
  blocks: 900,
  coveredShare: 0.5,
  density: 1100,
  binaryIds: ['ab'.repeat(20)],
};
const counters: SessionCounters = {
  received: 4000,
  deidentified: 4000,
  replayed: 3300,
  heldOut: 700,
  skipped: 0,
  failed: 0,
  waiting: 0,
  dropped: {},
};
const comparison: ReplayComparison = {
  compared: 3300,
  sameStatusClass: 3300,
  production: { '2xx': 3300 },
  replay: { '2xx': 3300 },
  meanSizeRatio: 1,
  similarSizeShare: 1,
};

export function buildOf(kind: Build['kind']): Build {
  return {
    id: asId<BuildRecordId>(`build-${kind}`),
    targetId: asId<TargetId>('target'),
    kind,
    key: digest('1'),
    sourceDigest: digest('2'),
    toolchain: { kind: 'clang', version: '22.1.5', identity: 'clang version 22.1.5' },
    flags: ['-O2'],
    profileDigest: kind === 'optimised' ? digest('5') : null,
    profileVersionId: null,
    elfBuildId: 'ab'.repeat(20),
    binary: blob({ baseline: '3', instrumented: 'b', optimised: 'c' }[kind]),
    libraries: [],
    textBytes: 1000,
    seconds: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
  };
}

/** Waits inside an activity until it is cancelled, as a long call would. */
export async function untilCancelled(): Promise<never> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), 100);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(timer);
  }
}

/**
 * The loop's activities in memory: every taking is entered in the ledger and every giving back crossed out, so that a
 * test can see what a cycle left. `overrides` replace single activities.
 */
export function fakeLoop(
  overrides: (ledger: Ledger) => Partial<AllActivities> = () => ({}),
  manifest = httpManifest,
): { ledger: Ledger; activities: AllActivities } {
  const ledger: Ledger = { held: new Set(), calls: [], closed: [], events: [], published: 0, starts: [] };
  const take = (name: string) => void ledger.held.add(name);
  const giveBack = (name: string) => void ledger.held.delete(name);
  const activities: AllActivities = {
    ...controlFakes(ledger, manifest, take, giveBack),
    ...buildFakes(),
    ...gatewayFakes(take, giveBack),
    dueEpochs: async () => [epochOver],
    destroyEpoch: async () => ({ destroyedAt: '2026-01-08T00:00:00.000Z' }),
    ...stressFakes(ledger, manifest),
    ...freshnessFakes(manifest),
    ...scheduleFakes(ledger),
    ...hostFakes(take, giveBack),
    ...overrides(ledger),
  };
  return { ledger, activities: countCalls(ledger, activities) };
}

/** One set of activities for many loops: each workflow calls those of its own, found by its id. */
export function routeByWorkflow(loops: ReadonlyMap<string, AllActivities>): AllActivities {
  const routed = Object.keys(fakeLoop().activities).map((name) => [
    name,
    (...rest: unknown[]) => {
      const { workflowId } = Context.current().info.workflowExecution!;
      const run = loops.get(workflowId)![name as keyof AllActivities] as (...rest: unknown[]) => unknown;
      return run(...rest);
    },
  ]);
  return Object.fromEntries(routed) as AllActivities;
}

function countCalls(ledger: Ledger, activities: AllActivities): AllActivities {
  const counted = Object.entries(activities).map(([name, run]) => [
    name,
    (...rest: unknown[]) => {
      if (name !== 'recordEvent') ledger.calls.push(name);
      return (run as (...rest: unknown[]) => unknown)(...rest);
    },
  ]);
  return Object.fromEntries(counted) as AllActivities;
}

type Mark = (name: string) => void;

const epochOver = { id: asId<EpochId>('epoch'), index: 1, targetName: 'fake', because: 'its time was over' };

function controlFakes(ledger: Ledger, manifest: typeof httpManifest, take: Mark, giveBack: Mark): ControlActivities & PromotionActivities {
  return {
    openCycle: async () => ({ directory: '/nowhere', manifest, promoted: null, lastVersion: null }),
    recordEvent: async ({ stage, state, message }) => void ledger.events.push({ stage, state, message }),
    closeCycle: async ({ state, error }) => void ledger.closed.push({ state, error }),
    takeHost: async () => {
      take('host');
      return true;
    },
    acquireHost: async () => take('host'),
    holdHost: untilCancelled,
    releaseHost: async () => giveBack('host'),
    publishProfile: async () => ({ id: asId<ProfileVersionId>('version'), number: ++ledger.published }),
    settleProfile: async () => undefined,
    offerRelease: async () => ({ id: asId<ReleaseId>('release'), number: 1 }),
    planMove: async () => ({
      expectedRevision: 0,
      toReleaseId: asId<ReleaseId>('release'),
      build: { id: asId<BuildRecordId>('build'), binary: blob('3'), libraries: [], elfBuildId: 'ab' },
      directory: '/',
      manifest,
    }),
    deployBuild: async () => ({ servingBuildId: 'ab' }),
    recordMove: async ({ targetId, channel, toReleaseId }) => ({
      targetId,
      name: channel,
      releaseId: toReleaseId,
      revision: 1,
      updatedAt: '2026-01-01T00:00:00.000Z',
    }),
  };
}

function buildFakes(): BuildActivities {
  return {
    captureSource: async () => ({ digest: digest('2'), archive: blob('6'), files: 3 }),
    buildBinary: async ({ kind }) => buildOf(kind),
    tryProfile: async () => ({
      build: buildOf('optimised'),
      sourceMatch: { mismatched: [], mismatchedCount: 0, missing: [], missingCount: 0, mismatchedShare: 0 },
    }),
    keepTrial: async () => buildOf('optimised'),
    mergeProfiles: async () => ({ profile: blob('5'), summary }),
    overlapWindows: async () => [0.97, 0.98, 0.99],
    codeDrift: async ({ instrumented, source: { digest: sourceDigest, files } }) => ({
      source: { digest: sourceDigest, files },
      toolchain: instrumented.toolchain,
      totalCount: 1000,
      mismatchedCount: 20,
      goneCount: 10,
      mismatchedFunctions: 2,
      goneFunctions: 1,
      newFunctions: 3,
      heaviest: [{ name: 'parse', what: 'mismatched', count: 15 }],
    }),
    overlapProfiles: async () => 0.9,
  };
}

function gatewayFakes(take: Mark, giveBack: Mark): GatewayActivities {
  return {
    openSession: async () => take('session'),
    prepareData: async () => blob('7'),
    startMirror: async () => take('mirror'),
    holdMirror: untilCancelled,
    pauseTraining: async () => undefined,
    endTraining: async () => undefined,
    holdOut: async () => ({ requests: 700 }),
    stopMirror: async () => giveBack('mirror'),
    closeSession: async () => ({
      corpus: { training: blob('8'), trainingRequests: 3300, heldOut: blob('9'), heldOutRequests: 700, data: blob('7') },
      counters,
      comparison,
      deidentification: { stages: [], privacy: samplePrivacyReport },
    }),
    discardSession: async () => giveBack('session'),
  };
}

function freshnessFakes(manifest: typeof httpManifest): FreshnessActivities {
  return {
    freshnessBasis: async () => ({
      directory: '/nowhere',
      manifest,
      version: { id: asId<ProfileVersionId>('version-1'), profile: blob('5'), collectedAt: '2026-01-01T00:00:00.000Z' },
    }),
    abandonSample: async () => undefined,
    matchBasis: async () => ({
      directory: '/nowhere',
      manifest,
      versions: [{ id: asId<ProfileVersionId>('version-1'), profile: blob('5') }],
    }),
    recordFreshness: async ({ id, targetId }) => freshCheck(id, targetId),
    recordRefresh: async () => undefined,
    sampleTraffic: async ({ id }) => ({ id }),
  };
}

/** A check that found nothing. */
export function freshCheck(id: FreshnessCheckId, targetId: TargetId): FreshnessCheck {
  return {
    id,
    targetId,
    profileVersionId: asId<ProfileVersionId>('version-1'),
    verdict: 'fresh',
    standing: 'current',
    sentence: 'Fresh: 3 dimensions, 3 not known.',
    dimensions: [],
    refresh: { start: false, because: 'The profile is fresh.', notBefore: null },
    cycleId: null,
    at: '2026-01-01T00:00:00.000Z',
  };
}

function stressFakes(ledger: Ledger, manifest: typeof httpManifest): StressActivities {
  const corpus = { training: blob('8'), trainingRequests: 3300, heldOut: blob('9'), heldOutRequests: 700, data: blob('7') };
  return {
    openStress: async () => ({ directory: '/nowhere', manifest, build: buildOf('baseline'), corpus }),
    closeStress: async ({ state, error }) => void ledger.closed.push({ state, error }),
  };
}

function scheduleFakes(ledger: Ledger): RefreshActivities & ScheduleActivities {
  return {
    planRefresh: async ({ targetId }) => ({ targetName: targetId, host: 'fake' }),
    openRefresh: async () => undefined,
    activeCycle: async () => null,
    awaitIdle: async () => undefined,
    recordScheduleStart: async (start) => void ledger.starts.push(start),
  };
}

function hostFakes(take: Mark, giveBack: Mark): HostActivities {
  const instance = {
    instanceId: asId<InstanceId>('instance'),
    host: 'fake',
    port: 4000,
    entrancePort: 4001,
    pid: 77,
    core: 1,
    elfBuildId: 'ab'.repeat(20),
  };
  return {
    describeHost: async ({ instances = 1 }) => ({
      id: asId<HostId>('host'),
      collectionCores: Array.from({ length: instances }, (_, index) => index + 1),
    }),
    deployInstance: async (spec) => {
      take('instance');
      return { ...instance, instanceId: spec.instanceId };
    },
    stopInstance: async () => {
      giveBack('instance');
      return { code: 0, signal: null, killed: false, lastLines: [] };
    },
    warmUp: async () => ({ requests: 300 }),
    collectWindow: async ({ index, attempt }) => ({
      id: asId<WindowId>(`window-${index}-${attempt}`),
      index,
      attempt,
      kept: true,
      requests: 1000,
      rejections: [],
      rawProfiles: [blob('4')],
    }),
    replayCorpus: async () => undefined,
    openEvaluation: async () => undefined,
    measurePairs: async ({ upTo }) => ({
      pairs: upTo,
      interval: { ratio: 1.2, low: 1.1, high: 1.3 },
      answersDifferent: 0,
      decided: upTo >= 4 ? 'pass' : null,
    }),
    measureSpeed: async () => sampleSpeed,
    closeEvaluation: async ({ failure, undecided }) => ({
      verdict: failure ? 'fail' : undecided ? 'inconclusive' : 'pass',
      sentence: failure ?? undecided ?? 'it is better',
      interval: { ratio: 1.2, low: 1.1, high: 1.3 },
    }),
  };
}
