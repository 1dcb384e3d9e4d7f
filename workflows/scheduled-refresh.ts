import { ApplicationFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import type { ScheduledRefreshInput, ScheduledRefreshResult } from '../domain/contracts/workflows.ts';
import type { CycleId } from '../domain/ids.ts';
import { toErrorData } from './failures.ts';
import { type ScheduleOutcome, scheduledTime, startRecorder } from './steps/schedule-record.ts';
import { type RefreshStart, startRefresh } from './steps/start-refresh.ts';

/**
 * What a schedule starts: a refresh cycle, and the wait for its end, so that the schedule's own overlap policy is about the cycle. When a
 * cycle runs that somebody else started, `whenActive` says the same for that one. Fails when the cycle failed, so that
 * `pauseOnFailure` sees it.
 */
export async function scheduledRefresh(input: ScheduledRefreshInput): Promise<ScheduledRefreshResult> {
  const dueAt = scheduledTime();
  const record = startRecorder(input, dueAt);
  const start = await begin(input, dueAt, record);
  if (start.kind === 'skipped') {
    await record({ outcome: 'skipped', cycleId: start.activeCycleId, because: `${cycleText(start.activeCycleId)} was running` });
    return { outcome: 'skipped', cycleId: start.activeCycleId, state: null };
  }
  await record({ outcome: 'started', cycleId: start.cycleId, because: null });
  const state = await endOf(start);
  return { outcome: 'started', cycleId: start.cycleId, state };
}

async function begin(
  { targetId, schedule, whenActive }: ScheduledRefreshInput,
  dueAt: string,
  record: (outcome: ScheduleOutcome) => Promise<void>,
): Promise<RefreshStart> {
  try {
    return await startRefresh({
      targetId,
      reason: `schedule ${schedule}, due ${dueAt}`,
      whenActive,
      onWait: (cycleId) => record({ outcome: 'waiting', cycleId, because: `waits for the end of ${cycleText(cycleId)}` }),
    });
  } catch (error) {
    const because = isCancellation(error) ? 'cancelled before a cycle began' : toErrorData(error).message;
    await record({ outcome: 'failed', cycleId: null, because });
    throw error;
  }
}

/** The state in which the cycle ended. */
async function endOf(start: Extract<RefreshStart, { kind: 'started' }>): Promise<NonNullable<ScheduledRefreshResult['state']>> {
  try {
    const { state, error } = await start.result();
    if (state !== 'failed') return state;
    const { code: type, message } = error ?? { code: 'internal', message: 'The cycle failed.' };
    throw ApplicationFailure.create({ type, message, nonRetryable: true });
  } catch (error) {
    // A person cancelled the cycle, not the schedule.
    if (isCancellation(error) && !CancellationScope.current().consideredCancelled) return 'cancelled';
    throw error;
  }
}

function cycleText(id: CycleId | null): string {
  return id === null ? 'another cycle' : `cycle ${id}`;
}
