import { CancellationScope, isCancellation, uuid4 } from '@temporalio/workflow';
import type { FreshnessBasis, Measured } from '../domain/contracts/freshness-activities.ts';
import type { FreshnessCheckInput } from '../domain/contracts/workflows.ts';
import { asId, type FreshnessCheckId, type SessionId, type TargetId } from '../domain/ids.ts';
import type { BlobRef } from '../domain/model/blob.ts';
import type { CodeDrift, FreshnessCheck } from '../domain/model/freshness.ts';
import { toErrorData, workflowFailure } from './failures.ts';
import { builds, freshness, freshnessGivingBack, freshnessWork } from './options.ts';
import { startRefresh } from './steps/start-refresh.ts';

/**
 * Looks at a target's freshness: measures what can be measured, judges it beside earlier checks, stores it. What cannot be measured (a source
 * that does not compile today) is said, and costs only itself. When the judgement says so it starts a refresh cycle.
 */
export async function freshnessCheck(input: FreshnessCheckInput): Promise<FreshnessCheck> {
  try {
    return await look(input);
  } catch (error) {
    throw workflowFailure(error);
  }
}

async function look(input: FreshnessCheckInput): Promise<FreshnessCheck> {
  const { targetId } = input;
  const id = asId<FreshnessCheckId>(uuid4());
  const basis = await freshness.freshnessBasis({ targetId });
  const { version } = basis;
  const code = version === null ? null : await measured(() => codeDrift(input, basis, version.profile));
  const sample = version === null ? nothingToCompare : await measured(() => sampled(targetId, version.collectedAt));
  const check = await freshness.recordFreshness({ id, targetId, versionId: version?.id ?? null, code, sample });
  return check.refresh.start ? refreshed(check) : check;
}

const nothingToCompare = { unavailable: 'There is no version to compare with.' };

/** A sample that its activity could not end itself is given back, whatever ended it. */
async function sampled(targetId: TargetId, notBefore: string): ReturnType<typeof freshnessWork.sampleTraffic> {
  const id = asId<SessionId>(uuid4());
  try {
    return await freshnessWork.sampleTraffic({ id, targetId, notBefore });
  } catch (error) {
    await CancellationScope.nonCancellable(() => freshnessGivingBack.abandonSample({ id }));
    throw error;
  }
}

/** Starts the cycle, and does not wait for it. One that began meanwhile serves as well: two reasons make one cycle. */
async function refreshed(check: FreshnessCheck): Promise<FreshnessCheck> {
  const { id, targetId, refresh } = check;
  const start = await startRefresh({ targetId, reason: refresh.because, whenActive: 'skip' });
  if (start.kind === 'skipped') return check;
  // The cycle runs: the check keeps which one it is, even when cancelled meanwhile.
  await CancellationScope.nonCancellable(() => freshness.recordRefresh({ id, cycleId: start.cycleId }));
  return { ...check, cycleId: start.cycleId };
}

/** Compiles the source as it is now with counters, unless there is such a build, and compares its functions with the profile's. */
async function codeDrift(
  { targetId, targetName }: FreshnessCheckInput,
  { directory, manifest }: FreshnessBasis,
  profile: BlobRef,
): Promise<CodeDrift> {
  const source = await builds.captureSource({ directory, manifest });
  const instrumented = await builds.buildBinary({ targetId, targetName, manifest, source, kind: 'instrumented', profile: null });
  return builds.codeDrift({ profile, instrumented, source });
}

async function measured<Value>(measure: () => Promise<Value>): Promise<Measured<Value>> {
  try {
    return await measure();
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { unavailable: toErrorData(error).message };
  }
}
