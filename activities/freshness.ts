import type { FreshnessActivities } from '../domain/contracts/freshness-activities.ts';
import { HoneError } from '../domain/errors.ts';
import type { FreshnessPolicy } from '../domain/manifest/freshness-schema.ts';
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
import { comparableTraffic, latestReference, measureTrafficDrift } from '../domain/rules/traffic-drift.ts';
import { decideRefresh, standingOf } from '../domain/rules/refresh-decision.ts';

import { collectedAt, lastEnd, pastOf, policyOf, shapesOf, targetOf, versionInUse, versionsOf } from './freshness-facts.ts';

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
}): Omit<FreshnessActivities, 'sampleTraffic' | 'abandonSample'> {
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
    const reference = await store.samples.list(version.targetId, mostSamples, latestReference(collection.at));
    const earlier = reference.filter(({ id }) => id !== now.id);
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
      const { id, targetId, versionId } = recording;
      const known = await store.freshness.byId(id);
      if (known) return known;
      const now = new Date();
      const target = await targetOf(store, targetId);
      const version = versionId === null ? null : await store.profiles.byId(versionId);
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
      const version = await versionInUse(store, targetId);
      if (version === null) return { directory, manifest, version };
      const { id, profile } = version;
      return { directory, manifest, version: { id, profile, collectedAt: await collectedAt(store, version) } };
    },

    async matchBasis({ targetId, mostVersions }) {
      const { directory, manifest } = await targetOf(store, targetId);
      const usable = (await versionsOf(store, targetId)).filter(({ state }) => state !== 'rejected');
      return { directory, manifest, versions: usable.slice(0, mostVersions).map(({ id, profile }) => ({ id, profile })) };
    },
  };
}

const noProfile = { verdict: 'no-profile', sentence: 'The target has no accepted profile version.', dimensions: [] } as const;
