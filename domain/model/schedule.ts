import type { CycleId, TargetId } from '../ids.ts';
import type { ScheduleSettings } from '../manifest/schedule-schema.ts';
import type { CalendarTimes } from '../schedules/calendar.ts';
import type { Timing } from '../schedules/timing.ts';

/** What came of a time at which a schedule started something; `checked`: freshness was looked at, by `because`, and the cycle is the one that it asked for. */
export const scheduleOutcomes = ['waiting', 'started', 'checked', 'skipped', 'failed'] as const;
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
  /** Why nothing is started; what a check found; null for what was started. */
  readonly because: string | null;
  /** When this was recorded; ISO 8601. */
  readonly at: string;
}

/** A schedule as Temporal has it at this moment. Times are ISO 8601. */
export interface ScheduleSight {
  readonly timing: Timing;
  readonly except: readonly CalendarTimes[];
  readonly timeZone: string;
  readonly startAt: string | null;
  readonly endAt: string | null;
  readonly jitterSeconds: number;
  /** One of {@link OverlapPolicy}, or another of Temporal's that somebody chose past Hone, in lower case. */
  readonly overlap: string;
  readonly catchupWindowSeconds: number;
  readonly pauseOnFailure: boolean;
  /** One of {@link ScheduleAction}, or the type of a workflow that somebody chose past Hone. */
  readonly action: string;
  readonly paused: boolean;
  readonly note: string | null;
  /** Null without a limit. */
  readonly remainingActions: number | null;
  /** The next ten at most, the first first; jitter is in them. */
  readonly nextTimes: readonly string[];
  /** What it started of late, by hand too, the newest first; `dueAt` has the jitter in it. */
  readonly recentActions: readonly { readonly dueAt: string; readonly takenAt: string; readonly workflowId: string }[];
  /** Workflows that it has started and that have not ended. */
  readonly runningWorkflowIds: readonly string[];
  readonly counts: ScheduleCounts;
}

/** What Temporal has counted of a schedule since it was made. */
export interface ScheduleCounts {
  readonly taken: number;
  /** Older than the catch-up window when Temporal came back. */
  readonly missed: number;
  /** Left out because what the schedule itself had started was running. */
  readonly skipped: number;
  /** Waiting now for the end of what runs. */
  readonly buffered: number;
  /** Dropped because too many waited. */
  readonly bufferDropped: number;
}

/** What was done to a schedule. */
export const scheduleChangeKinds = ['created', 'updated', 'removed', 'paused', 'resumed', 'triggered', 'backfilled', 'reset'] as const;

export interface ScheduleChange {
  readonly targetId: TargetId;
  readonly name: string;
  readonly kind: (typeof scheduleChangeKinds)[number];
  readonly actor: string;
  readonly note: string;
  /** Sentences: what is different after it. */
  readonly details: readonly string[];
  readonly at: string;
}

/** What a schedule is to be, as Hone keeps it. */
export interface ScheduleRow {
  readonly targetId: TargetId;
  readonly name: string;
  /** As the manifest said when it was last registered; null for a schedule that a person made. */
  readonly declared: ScheduleSettings | null;
  readonly settings: ScheduleSettings;
}
