import type { CycleId, TargetId } from '../ids.ts';

/** What came of a time at which a schedule started something. */
export const scheduleOutcomes = ['waiting', 'started', 'skipped', 'failed'] as const;
export type ScheduleOutcome = (typeof scheduleOutcomes)[number];

/** One time at which a schedule started something. `waiting` becomes one of the others; these stay. */
export interface ScheduleStart {
  readonly targetId: TargetId;
  /** The schedule's name. */
  readonly name: string;
  /** The run of the workflow that the schedule started. */
  readonly workflowId: string;
  readonly runId: string;
  /** The time by the schedule, without jitter; ISO 8601. */
  readonly dueAt: string;
  readonly outcome: ScheduleOutcome;
  /** The cycle that it started; when it did not, the one that ran at that moment, if one is known. */
  readonly cycleId: CycleId | null;
  /** Why nothing is started; null for what was started. */
  readonly because: string | null;
  /** When this was recorded; ISO 8601. */
  readonly at: string;
}
