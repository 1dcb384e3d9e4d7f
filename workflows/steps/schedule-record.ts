import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { ScheduledRefreshInput } from '../../domain/contracts/workflows.ts';
import type { ScheduleStart } from '../../domain/model/schedule.ts';
import { schedules } from '../options.ts';

/** What came of one time of a schedule. */
export type ScheduleOutcome = Pick<ScheduleStart, 'outcome' | 'cycleId' | 'because'>;

/** Records what came of this run of a schedule's workflow, to the end even when that is cancelled meanwhile: what follows hears of it. */
export function startRecorder(
  { targetId, schedule: name }: Pick<ScheduledRefreshInput, 'targetId' | 'schedule'>,
  dueAt: string,
): (outcome: ScheduleOutcome) => Promise<void> {
  const { workflowId, runId } = workflowInfo();
  return (outcome) =>
    CancellationScope.nonCancellable(() => schedules.recordScheduleStart({ targetId, name, workflowId, runId, dueAt, ...outcome }));
}

/** The time by the schedule, without its jitter, which Temporal gives every workflow that a schedule starts; ISO 8601. */
export function scheduledTime(): string {
  const { searchAttributes, startTime } = workflowInfo();
  const [nominal] = (searchAttributes['TemporalScheduledStartTime'] ?? []) as Date[];
  return (nominal ?? startTime).toISOString();
}
