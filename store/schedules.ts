import type { ScheduleStore } from '../domain/ports/schedule-store.ts';
import type { Database } from './client.ts';

/** What is kept of the schedules: what they are to be, what people did to them, what came of their times. */
export function makeSchedules(db: Database): ScheduleStore {
  return {
    saveStart: async (start) => {
      const { outcome, cycleId, because } = start;
      await db.scheduleStart.createMany({ data: [start], skipDuplicates: true });
      await db.scheduleStart.updateMany({
        where: { runId: start.runId, outcome: 'waiting' },
        data: { outcome, cycleId, because, at: new Date() },
      });
    },
  };
}
