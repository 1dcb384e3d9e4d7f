import { randomUUID } from 'node:crypto';
import { makeFreshnessActivities } from '../../activities/index.ts';
import type { FreshnessActivities } from '../../domain/contracts/freshness-activities.ts';
import { asId, type FreshnessCheckId, type TargetId } from '../../domain/ids.ts';
import type { FreshnessPort } from '../../domain/ports/engine.ts';
import type { Store } from '../../domain/ports/store.ts';
import type { CodeDrift, FreshnessCheck } from '../../domain/model/freshness.ts';
import { hardwareClass } from '../../hosts/index.ts';

import { digestOf, sampleToolchain } from './samples.ts';

type Recording = Parameters<FreshnessActivities['recordFreshness']>[0];

/** Stores a check of the version in use, of what a test says was measured. */
export async function recordCheck(
  store: Store,
  targetId: TargetId,
  measured: Partial<Pick<Recording, 'id' | 'code' | 'sample'>> = {},
): Promise<FreshnessCheck> {
  const activities = makeFreshnessActivities({ store, hardwareClass });
  const { version } = await activities.freshnessBasis({ targetId });
  const nothing = {
    id: asId<FreshnessCheckId>(randomUUID()),
    code: { unavailable: 'There is no compiler here.' },
    sample: { unavailable: 'There is no gateway here.' },
  };
  return activities.recordFreshness({ ...nothing, ...measured, targetId, versionId: version?.id ?? null });
}

/** Looks as the workflow would, where nothing can be compiled. */
export function makeStoreFreshness(store: Store): FreshnessPort {
  const activities = makeFreshnessActivities({ store, hardwareClass });
  return {
    check: ({ id }) => recordCheck(store, id),
    match: async ({ id: targetId }, mostVersions) => {
      const { versions } = await activities.matchBasis({ targetId, mostVersions });
      return versions.map(({ id: versionId }, index) => ({ versionId, drift: driftOf(index) }));
    },
  };
}

/** What a comparison would say of a version: each older one has lost a tenth more. */
function driftOf(index: number): CodeDrift {
  return {
    source: { digest: digestOf('now'), files: 3 },
    toolchain: sampleToolchain,
    totalCount: 1000,
    mismatchedCount: 100 * index,
    goneCount: 0,
    mismatchedFunctions: index,
    goneFunctions: 0,
    newFunctions: 2,
    heaviest: index === 0 ? [] : [{ name: 'parse', what: 'mismatched', count: 100 * index }],
  };
}
