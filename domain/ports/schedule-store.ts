import type { ScheduleStart } from '../model/schedule.ts';

/** What is kept of the schedules, beside Temporal's own. */
export interface ScheduleStore {
  /** Idempotent by run; only what waits is replaced. */
  saveStart(start: Omit<ScheduleStart, 'at'>): Promise<void>;
}
