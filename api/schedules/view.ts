import type { ScheduleRow, ScheduleSight } from '../../domain/model/schedule.ts';
import type { Target } from '../../domain/model/target.ts';
import type { SchedulePort } from '../../domain/ports/schedules.ts';
import type { Store } from '../../domain/ports/store.ts';
import { scheduleNamed } from './change.ts';

/** A schedule as Hone keeps it, beside what Temporal has at this moment. */
export interface ScheduleView extends ScheduleRow {
  readonly targetName: string;
  /** Null when Temporal has no such schedule. */
  readonly sight: ScheduleSight | null;
}

interface Viewing {
  readonly store: Store;
  readonly schedules: SchedulePort;
}

const atOnce = 16;

/** Of one target, or of all. Temporal is asked only when there are some. Throws `engine-unavailable`. */
export async function viewSchedules({ store, schedules }: Viewing, targetId: Target['id'] | null): Promise<readonly ScheduleView[]> {
  const rows = await store.schedules.list({ targetId });
  const views: ScheduleView[] = [];
  for (let from = 0; from < rows.length; from += atOnce) {
    const some = rows.slice(from, from + atOnce);
    views.push(...(await Promise.all(some.map(async (row) => ({ ...row, sight: await schedules.look(row) })))));
  }
  return views;
}

/** Throws `not-found`, `engine-unavailable`. */
export async function viewSchedule({ store, schedules }: Viewing, target: Target, name: string): Promise<ScheduleView> {
  const row = { ...(await scheduleNamed(store, target, name)), targetName: target.name };
  return { ...row, sight: await schedules.look(row) };
}
