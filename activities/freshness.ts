import type { FreshnessActivities, Measured } from '../domain/contracts/freshness-activities.ts';
import { HoneError } from '../domain/errors.ts';
import type { TargetId } from '../domain/ids.ts';
import { defaultFreshness, type FreshnessPolicy } from '../domain/manifest/freshness-schema.ts';
import type { Window } from '../domain/model/collection.ts';
import type { RefreshCycle } from '../domain/model/cycle.ts';
import type { HostFacts } from '../domain/model/environment.ts';
import type { DimensionMeasure, FreshnessCheck } from '../domain/model/freshness.ts';
import type { ProfileVersion } from '../domain/model/profile.ts';
import type { Target } from '../domain/model/target.ts';
import type { Store } from '../domain/ports/store.ts';
import { checksOfTrend, judgeDimension, judgeFreshness } from '../domain/rules/freshness.ts';
import {
  measureAge,
  measureCodeDrift,
  measureHardwareDrift,
  measureToolchainDrift,
  unmeasured,
} from '../domain/rules/freshness-measures.ts';
import { comparableTraffic, measureTrafficDrift, type TrafficShapes } from '../domain/rules/traffic-drift.ts';
import { decideRefresh, type RefreshFacts, standingOf } from '../domain/rules/refresh-decision.ts';

/** The channel whose release is in use. */
const channelInUse = 'stable';
/** More cycles and versions than these are not looked back at. */
const mostRows = 200;
const dayMilliseconds = 86_400_000;

type Recording = Parameters<FreshnessActivities['recordFreshness']>[0];

/** So many samples are looked back at for the same hour of another week: half a year of daily ones. */
const mostSamples = 200;

/**
 * The store's side of a check of freshness: short and idempotent.
 * @param hardwareClass of a host's facts
 */
export function makeFreshnessActivities({
  store,
  hardwareClass,
}: {
  store: Store;
  hardwareClass: (facts: HostFacts) => string;
}): Omit<FreshnessActivities, 'sampleTraffic'> {
  async function measures(
    version: ProfileVersion,
    { code, sample }: Recording,
    now: Date,
    policy: FreshnessPolicy,
  ): Promise<readonly DimensionMeasure[]> {
    const kept = (await store.windows.ofCycle(version.cycleId)).filter((window) => window.kept);
    const measuredCode = code ?? { unavailable: 'Nothing was compared with the source.' };
    const toolchain = 'unavailable' in measuredCode ? measuredCode : measuredCode.toolchain;
    const classes = [...new Set(kept.map(({ environment }) => hardwareClass(environment.facts)))];
    return [
      measureAge(lastEnd(kept), now, policy),
      measureCodeDrift(measuredCode, policy),
      await traffic(version, sample, policy),
      unmeasured('profile-drift', policy.maximumProfileDrift, { unavailable: 'No probe was collected.' }),
      measureToolchainDrift(version.provenance.toolchain, toolchain),
      measureHardwareDrift(classes, policy.productionHardware),
    ];
  }

  async function traffic(version: ProfileVersion, sample: Recording['sample'], policy: FreshnessPolicy): Promise<DimensionMeasure> {
    const collection = await shapesOf(store, version);
    const now = 'unavailable' in sample ? sample : await store.samples.byId(sample.id);
    if (now === null) throw new HoneError('not-found', 'The sample of the check is gone.', 'Check again.');
    if ('unavailable' in now || 'unavailable' in collection) return measureTrafficDrift(now, { ...collection, isSameHour: false }, policy);
    const earlier = (await store.samples.list(version.targetId, mostSamples)).filter(({ id }) => id !== now.id);
    return measureTrafficDrift(now, comparableTraffic(now, collection, earlier, policy.refresh.timeZone), policy);
  }

  async function judged(
    target: Target,
    version: ProfileVersion,
    recording: Recording,
    now: Date,
  ): Promise<Pick<FreshnessCheck, 'verdict' | 'sentence' | 'dimensions'>> {
    const policy = policyOf(target);
    const earlier = await store.freshness.ofVersion(version.id, checksOfTrend);
    const found = await measures(version, recording, now, policy);
    const dimensions = found.map((measure) => judgeDimension(measure, earlier, now.toISOString(), policy));
    return { ...judgeFreshness(dimensions), dimensions };
  }

  return {
    ...basisActivities(store),

    async recordFreshness(recording) {
      const { id, targetId } = recording;
      const known = await store.freshness.byId(id);
      if (known) return known;
      const now = new Date();
      const target = await targetOf(store, targetId);
      const version = await versionInUse(store, targetId);
      const judgement = version === null ? noProfile : await judged(target, version, recording, now);
      const facts = { ...(await pastOf(store, targetId, version, now)), ...judgement, now };
      return store.freshness.record({
        id,
        targetId,
        profileVersionId: version?.id ?? null,
        ...judgement,
        standing: standingOf(facts, policyOf(target)),
        refresh: decideRefresh(facts, policyOf(target)),
        at: now.toISOString(),
      });
    },

    recordRefresh: ({ id, cycleId }) => store.freshness.started(id, cycleId),
  };
}

/** What checks and comparisons begin with. */
function basisActivities(store: Store): Pick<FreshnessActivities, 'freshnessBasis' | 'matchBasis'> {
  return {
    async freshnessBasis({ targetId }) {
      const { directory, manifest } = await targetOf(store, targetId);
      return { directory, manifest, profile: (await versionInUse(store, targetId))?.profile ?? null };
    },

    async matchBasis({ targetId, mostVersions }) {
      const { directory, manifest } = await targetOf(store, targetId);
      const { rows } = await store.profiles.list({ targetId }, { first: mostRows, after: null });
      const versions = rows.flatMap(({ row: { id, profile, state } }) => (state === 'rejected' ? [] : [{ id, profile }]));
      return { directory, manifest, versions: versions.slice(0, mostVersions) };
    },
  };
}

/** The shapes of the requests that a version was collected from. */
async function shapesOf(store: Store, { cycleId, createdAt }: ProfileVersion): Promise<Measured<TrafficShapes>> {
  const corpus = await store.cycles.corpus(cycleId);
  if (corpus === null) return { unavailable: 'The version was not collected from requests.' };
  const { release, withheld } = corpus.deidentification.privacy;
  if (release !== null) return { release, at: createdAt };
  return { unavailable: `Nothing is known of the requests at collection: ${withheld?.message ?? 'no aggregate was released'}` };
}

const noProfile = { verdict: 'no-profile', sentence: 'The target has no accepted profile version.', dimensions: [] } as const;

/** A manifest that was registered before there was a policy has none. */
const policyOf = ({ manifest }: Target): FreshnessPolicy => (manifest as Partial<Target['manifest']>).freshness ?? defaultFreshness;

async function targetOf(store: Store, id: TargetId): Promise<Target> {
  const target = await store.targets.byId(id);
  if (target) return target;
  throw new HoneError('target-not-found', `There is no target ${id}.`, 'Register it: hone target add DIRECTORY.');
}

/** Of the release in channel `stable`; without one the newest version that is not rejected. */
async function versionInUse(store: Store, targetId: TargetId): Promise<ProfileVersion | null> {
  const { releaseId } = await store.releases.channel(targetId, channelInUse);
  const release = releaseId === null ? null : await store.releases.byId(releaseId);
  return release === null ? store.profiles.latest(targetId) : store.profiles.byId(release.profileVersionId);
}

function lastEnd(windows: readonly Window[]): string | null {
  return (
    windows
      .map(({ endedAt }) => endedAt)
      .toSorted()
      .at(-1) ?? null
  );
}

/** The cycles so far, and what they brought since the version in use was collected. */
async function pastOf(
  store: Store,
  targetId: TargetId,
  inUse: ProfileVersion | null,
  now: Date,
): Promise<Pick<RefreshFacts, 'cycles' | 'attempts' | 'waiting'>> {
  const page = { first: mostRows, after: null };
  const cycles = (await store.cycles.list({ targetId }, page)).rows.map(({ row }) => row);
  const versions = (await store.profiles.list({ targetId }, page)).rows.map(({ row }) => row);
  const newer = versions.find((one) => one.state === 'vetted' && one.number > (inUse?.number ?? 0));
  const waiting = newer && { number: newer.number, ageDays: (now.getTime() - Date.parse(newer.createdAt)) / dayMilliseconds };
  return { cycles, attempts: attemptsSince(cycles, newer ?? inUse), waiting: waiting ?? null };
}

/** Cycles that ended after the one of the given version; all that ended without one. */
function attemptsSince(cycles: readonly RefreshCycle[], version: ProfileVersion | null): number {
  const ended = cycles.filter(({ state }) => state !== 'running');
  const index = version === null ? -1 : ended.findIndex(({ id }) => id === version.cycleId);
  return index === -1 ? ended.length : index;
}
