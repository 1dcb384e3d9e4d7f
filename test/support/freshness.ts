import { randomUUID } from 'node:crypto';
import { makeFreshnessActivities } from '../../activities/index.ts';
import type { FreshnessActivities } from '../../domain/contracts/freshness-activities.ts';
import { asId, type FreshnessCheckId } from '../../domain/ids.ts';
import type { FreshnessPort } from '../../domain/ports/engine.ts';
import type { Store } from '../../domain/ports/store.ts';
import type { CodeDrift } from '../../domain/model/freshness.ts';
import { hardwareClass } from '../../hosts/index.ts';

import { digestOf, sampleToolchain } from './samples.ts';

/** Looks as the workflow would, where nothing can be compiled. */
export function makeStoreFreshness(
  store: Store,
  code: () => Parameters<FreshnessActivities['recordFreshness']>[0]['code'] = noCompiler,
): FreshnessPort {
  const activities = makeFreshnessActivities({ store, hardwareClass });
  return {
    check: (target) =>
      activities.recordFreshness({
        id: asId<FreshnessCheckId>(randomUUID()),
        targetId: target.id,
        code: code(),
        sample: { unavailable: 'There is no gateway here.' },
      }),
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

const noCompiler = () => ({ unavailable: 'There is no compiler here.' });
