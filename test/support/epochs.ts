import type { EpochPort } from '../../domain/ports/engine.ts';
import type { Store } from '../../domain/ports/store.ts';

/** Looks at the epochs as the workflow would, and records the ends of keys that no gateway has. */
export function makeStoreEpochs({ epochs }: Pick<Store, 'epochs'>): EpochPort {
  return {
    async tend() {
      const destroyed = [];
      for (const { id, because } of await epochs.due(new Date())) {
        const destroyedAt = new Date().toISOString();
        await epochs.destroyed(id, { destroyedAt, because });
        destroyed.push({ id, destroyedAt });
      }
      return { destroyed, waiting: [] };
    },
  };
}
