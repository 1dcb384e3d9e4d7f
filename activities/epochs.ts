import type { EpochActivities } from '../domain/contracts/epoch-activities.ts';
import type { GatewayPort } from '../domain/ports/gateway.ts';
import type { Store } from '../domain/ports/store.ts';

/** Destroys the keys of epochs that are over. The gateway keeps when and why, so that a record which was lost on the way is made up for. */
export function makeEpochActivities({
  gateway,
  store,
}: {
  gateway: Pick<GatewayPort, 'destroyEpochKey'>;
  store: Pick<Store, 'epochs'>;
}): EpochActivities {
  return {
    async dueEpochs() {
      await store.epochs.cutOverdue(new Date());
      return store.epochs.due(new Date());
    },
    async destroyEpoch({ id, index, targetName, because, endsSessions }) {
      const key = await gateway.destroyEpochKey({ id, index, targetName }, because, endsSessions);
      await store.epochs.destroyed(id, key);
      return { destroyedAt: key.destroyedAt };
    },
  };
}
