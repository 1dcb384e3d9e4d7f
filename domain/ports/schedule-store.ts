import type { TargetId } from '../ids.ts';
import type { ScheduleChange, ScheduleRow, ScheduleStart } from '../model/schedule.ts';

/** A change that is recorded now. */
export type NewScheduleChange = Omit<ScheduleChange, 'at'>;

/** What is kept of the schedules, beside Temporal's own. */
export interface ScheduleStore {
  /** Of one target or of all, by the target's name and theirs. */
  list(filter: { readonly targetId: TargetId | null }): Promise<readonly (ScheduleRow & { readonly targetName: string })[]>;
  find(targetId: TargetId, name: string): Promise<ScheduleRow | null>;
  /** Inserts or replaces; with the record of the change, in one transaction. */
  save(row: ScheduleRow, change: NewScheduleChange | null): Promise<void>;
  /** With its record, in one transaction. Records and starts stay. */
  remove(targetId: TargetId, name: string, change: NewScheduleChange): Promise<void>;
  recordChange(change: NewScheduleChange): Promise<void>;
  /** The newest first. */
  changesOf(targetId: TargetId, name: string, limit: number): Promise<readonly ScheduleChange[]>;
  /** Idempotent by run; only what waits is replaced. */
  saveStart(start: Omit<ScheduleStart, 'at'>): Promise<void>;
  /** The newest first. */
  startsOf(targetId: TargetId, name: string, limit: number): Promise<readonly ScheduleStart[]>;
}
