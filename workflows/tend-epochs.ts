import { isCancellation, log } from '@temporalio/workflow';
import type { TendEpochsResult } from '../domain/contracts/epoch-activities.ts';
import { toErrorData } from './failures.ts';
import { epochs } from './options.ts';

/**
 * Destroys the keys of the epochs that are over, each by itself: what fails of one is left to the next look. Started by a schedule, and by
 * whoever ends an epoch by hand.
 */
export async function tendEpochs(): Promise<TendEpochsResult> {
  const destroyed: TendEpochsResult['destroyed'][number][] = [];
  const waiting: TendEpochsResult['waiting'][number][] = [];
  for (const due of await epochs.dueEpochs()) {
    try {
      const { destroyedAt } = await epochs.destroyEpoch(due);
      destroyed.push({ id: due.id, destroyedAt });
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { message } = toErrorData(error);
      log.warn(`the key of epoch ${due.index} of ${due.targetName} is not destroyed yet`, { message });
      waiting.push({ id: due.id, message });
    }
  }
  return { destroyed, waiting };
}
