import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';

/** Cancels a workflow that waits for an activity, and answers when its code has heard of that: what the activity does next comes after it. */
export async function cancelHeard(handle: WorkflowHandle): Promise<void> {
  await handle.cancel();
  await expect
    .poll(
      async () => {
        const events = (await handle.fetchHistory()).events ?? [];
        const asked = events.findIndex((event) => event.workflowExecutionCancelRequestedEventAttributes);
        return asked >= 0 && events.slice(asked).some((event) => event.workflowTaskCompletedEventAttributes);
      },
      { timeout: 20_000 },
    )
    .toBe(true);
}
