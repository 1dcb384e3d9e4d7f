import { Prisma, type Schedule as Row, type ScheduleChange as ChangeRow, type ScheduleStart as StartRow } from '../prisma/client/client.ts';
import { asId, type CycleId, type TargetId } from '../domain/ids.ts';
import type { ScheduleChange, ScheduleRow, ScheduleStart } from '../domain/model/schedule.ts';
import type { NewScheduleChange, ScheduleStore } from '../domain/ports/schedule-store.ts';
import type { Database } from './client.ts';
import { fromJson, toJson } from './json.ts';

const toSchedule = (row: Row): ScheduleRow => ({
  targetId: asId<TargetId>(row.targetId),
  name: row.name,
  declared: row.declared === null ? null : fromJson(row.declared),
  settings: fromJson(row.settings),
});

const toChange = (row: ChangeRow): ScheduleChange => ({
  targetId: asId<TargetId>(row.targetId),
  name: row.name,
  kind: row.kind,
  actor: row.actor,
  note: row.note,
  details: row.details === null ? [] : fromJson(row.details),
  at: row.at.toISOString(),
});

const toStart = (row: StartRow): ScheduleStart => ({
  targetId: asId<TargetId>(row.targetId),
  name: row.name,
  workflowId: row.workflowId,
  runId: row.runId,
  dueAt: row.dueAt.toISOString(),
  outcome: row.outcome,
  cycleId: row.cycleId === null ? null : asId<CycleId>(row.cycleId),
  because: row.because,
  at: row.at.toISOString(),
});

const changeData = ({ details, ...change }: NewScheduleChange) => ({ ...change, details: toJson(details) });

/** What is kept of the schedules: what they are to be, what people did to them, what came of their times. */
export function makeSchedules(db: Database): ScheduleStore {
  return {
    list: async ({ targetId }) => {
      const rows = await db.schedule.findMany({
        ...(targetId === null ? {} : { where: { targetId } }),
        include: { target: { select: { name: true } } },
        orderBy: [{ target: { name: 'asc' } }, { name: 'asc' }],
      });
      return rows.map(({ target, ...row }) => ({ ...toSchedule(row), targetName: target.name }));
    },
    find: async (targetId, name) => {
      const row = await db.schedule.findUnique({ where: { targetId_name: { targetId, name } } });
      return row && toSchedule(row);
    },
    save: async ({ targetId, name, declared, settings }, change) => {
      const values = { declared: declared === null ? Prisma.DbNull : toJson(declared), settings: toJson(settings) };
      await db.$transaction([
        db.schedule.upsert({
          where: { targetId_name: { targetId, name } },
          create: { targetId, name, ...values },
          update: { ...values, updatedAt: new Date() },
        }),
        ...(change === null ? [] : [db.scheduleChange.create({ data: changeData(change) })]),
      ]);
    },
    remove: async (targetId, name, change) =>
      void (await db.$transaction([
        db.schedule.deleteMany({ where: { targetId, name } }),
        db.scheduleChange.create({ data: changeData(change) }),
      ])),
    recordChange: async (change) => void (await db.scheduleChange.create({ data: changeData(change) })),
    changesOf: async (targetId, name, limit) => {
      const rows = await db.scheduleChange.findMany({ where: { targetId, name }, orderBy: [{ at: 'desc' }, { id: 'desc' }], take: limit });
      return rows.map(toChange);
    },
    saveStart: async (start) => {
      const { outcome, cycleId, because } = start;
      await db.scheduleStart.createMany({ data: [start], skipDuplicates: true });
      await db.scheduleStart.updateMany({
        where: { runId: start.runId, outcome: 'waiting' },
        data: { outcome, cycleId, because, at: new Date() },
      });
    },
    startsOf: async (targetId, name, limit) => {
      const rows = await db.scheduleStart.findMany({
        where: { targetId, name },
        orderBy: [{ dueAt: 'desc' }, { runId: 'desc' }],
        take: limit,
      });
      return rows.map(toStart);
    },
  };
}
