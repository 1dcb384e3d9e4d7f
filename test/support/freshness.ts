import { randomUUID } from 'node:crypto';
import { makeFreshnessActivities } from '../../activities/index.ts';
import type { FreshnessActivities } from '../../domain/contracts/freshness-activities.ts';
import { asId, type FreshnessCheckId } from '../../domain/ids.ts';
import type { FreshnessPort } from '../../domain/ports/engine.ts';
import type { Store } from '../../domain/ports/store.ts';
import { hardwareClass } from '../../hosts/index.ts';

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
  };
}

const noCompiler = () => ({ unavailable: 'There is no compiler here.' });
