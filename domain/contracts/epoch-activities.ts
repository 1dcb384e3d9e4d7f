import type { EpochId } from '../ids.ts';
import type { DueEpoch } from '../model/epoch.ts';

/** The ends of the epochs; task queue `hone-control`. */
export interface EpochActivities {
  /** The epochs that have ended and of which no cycle runs. */
  dueEpochs(): Promise<readonly DueEpoch[]>;
  /** Has the gateway destroy the key, and records it; a second call answers the same. Throws `conflict` while the gateway still works with it. */
  destroyEpoch(epoch: DueEpoch): Promise<{ destroyedAt: string }>;
}

/** What one look at the epochs came to. */
export interface TendEpochsResult {
  readonly destroyed: readonly { readonly id: EpochId; readonly destroyedAt: string }[];
  /** What could not be destroyed now; the next look tries again. */
  readonly waiting: readonly { readonly id: EpochId; readonly message: string }[];
}
