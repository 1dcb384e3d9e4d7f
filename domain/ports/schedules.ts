import type { TargetId } from '../ids.ts';
import type { ScheduleSettings } from '../manifest/schedule-schema.ts';
import type { ScheduleSight } from '../model/schedule.ts';
import type { OverlapPolicy } from '../model/schedule-words.ts';

/** One schedule of one target. */
export interface ScheduleKey {
  readonly targetId: TargetId;
  readonly targetName: string;
  readonly name: string;
}

/** What stays of a schedule that is there while everything else is set. */
export interface KeptState {
  /** Whether it is paused, and its note. */
  readonly pause: boolean;
  /** The starts that are left of its limit. */
  readonly remaining: boolean;
}

/** The schedules of the workflow engine. Every call throws `engine-unavailable`; those on one schedule `not-found` when it is not there. */
export interface SchedulePort {
  /** Makes a schedule what the settings say, or makes it. Throws `input-invalid` for what the engine refuses. */
  apply(key: ScheduleKey, settings: ScheduleSettings, kept: KeptState): Promise<void>;
  /** Nothing happens when it is not there. What it has started runs on. */
  remove(key: ScheduleKey): Promise<void>;
  /** Null when it is not there. */
  look(key: ScheduleKey): Promise<ScheduleSight | null>;
  pause(key: ScheduleKey, note: string): Promise<void>;
  resume(key: ScheduleKey, note: string): Promise<void>;
  /** Starts its action now, paused or not; one that runs is dealt with as the policy says. */
  trigger(key: ScheduleKey): Promise<void>;
  /** The times by the schedule from one moment to another, both included; without jitter. ISO 8601. */
  timesBetween(key: ScheduleKey, from: Date, to: Date): Promise<readonly string[]>;
  /** Starts its action for every time of the span, now. */
  backfill(key: ScheduleKey, span: { readonly from: Date; readonly to: Date; readonly overlap: OverlapPolicy }): Promise<void>;
}
