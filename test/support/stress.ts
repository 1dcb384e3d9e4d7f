import { randomUUID } from 'node:crypto';
import { asId, type StressId } from '../../domain/ids.ts';
import type { StressPort } from '../../domain/ports/engine.ts';
import type { Store } from '../../domain/ports/store.ts';

/** Opens and closes stress windows in the store, as the workflow would, and replays nothing. */
export function makeStoreStress({ stress }: Pick<Store, 'stress'>): StressPort {
  return {
    async start(target, request) {
      const id = asId<StressId>(randomUUID());
      await stress.open({ ...request, id, targetId: target.id, workflowId: `stress/${id}`, host: 'host-a' });
      return id;
    },
    cancel: (id) => stress.close(id, 'cancelled', null),
  };
}
