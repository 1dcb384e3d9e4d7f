import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { controlQueue } from '../domain/contracts/task-queues.ts';
import { epochScheduleId } from '../domain/contracts/workflows.ts';

/** A key goes at most so long after its epoch has ended and the last cycle of it: an epoch lasts a day at least. */
const everyMilliseconds = 10 * 60_000;

/** Has Temporal look at the epochs again and again; a schedule that is there is brought up to date, and stays paused when a person paused it. */
export async function keepEpochSchedule({ schedule }: Pick<Client, 'schedule'>): Promise<void> {
  const options = {
    spec: { intervals: [{ every: everyMilliseconds }], jitter: 60_000 },
    action: { type: 'startWorkflow' as const, workflowType: 'tendEpochs', workflowId: 'epochs', taskQueue: controlQueue, args: [] },
    // One look finds all that is over: what was missed is not made up for.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: everyMilliseconds },
  };
  try {
    await schedule.create({ scheduleId: epochScheduleId, ...options });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await schedule.getHandle(epochScheduleId).update(({ state }) => ({ ...options, state }));
  }
}
