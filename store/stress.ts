import { Prisma, type StressWindow as StressRow } from '../prisma/client/client.ts';
import { HoneError } from '../domain/errors.ts';
import { asId, type BuildRecordId, type CycleId, type StressId, type TargetId } from '../domain/ids.ts';
import type { StressWindow } from '../domain/model/stress.ts';
import type { StressStore } from '../domain/ports/store.ts';
import type { Database } from './client.ts';
import type { CycleListener } from './cycle-listener.ts';
import { toEnvironment } from './environment.ts';
import { isForeignKeyViolation } from './failures.ts';
import { fromJson, toJson } from './json.ts';
import { readPage } from './pages.ts';

const toStress = (row: StressRow): StressWindow => ({
  id: asId<StressId>(row.id),
  targetId: asId<TargetId>(row.targetId),
  cycleId: asId<CycleId>(row.cycleId),
  buildId: asId<BuildRecordId>(row.buildId),
  workflowId: row.workflowId,
  host: row.hostName,
  order: fromJson(row.order),
  state: row.state,
  progress: row.progress === null ? null : fromJson(row.progress),
  result: row.result === null ? null : fromJson(row.result),
  measure: row.environment === null ? null : { environment: toEnvironment(row.environment), cpuNanoseconds: Number(row.cpuNanoseconds) },
  error: row.error === null ? null : fromJson(row.error),
  startedAt: row.startedAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
});

/** Stress windows. Triggers keep what is written once. */
export function makeStress(db: Database, listener: CycleListener): StressStore {
  const byId = async (id: StressId) => {
    const row = await db.stressWindow.findUnique({ where: { id } });
    return row === null ? null : toStress(row);
  };
  return {
    open: (window) => open(db, window),
    saveProgress: async (id, progress) =>
      void (await db.stressWindow.updateMany({ where: { id, state: 'running' }, data: { progress: toJson(progress) } })),
    saveResult: async (id, result, { environment, cpuNanoseconds }) => {
      const data = {
        result: toJson(result),
        environment: toJson(environment),
        cpuNanoseconds: BigInt(Math.round(cpuNanoseconds)),
      };
      await db.stressWindow.updateMany({ where: { id, state: 'running', result: { equals: Prisma.DbNull } }, data });
    },
    close: async (id, state, error) => {
      const data = { state, error: error === null ? Prisma.DbNull : toJson(error), endedAt: new Date() };
      await db.$transaction([
        db.stressWindow.updateMany({ where: { id, state: 'running' }, data }),
        db.hostLease.deleteMany({ where: { stressId: id } }),
      ]);
    },
    byId,
    byIds: async (ids) => (await db.stressWindow.findMany({ where: { id: { in: [...ids] } } })).map(toStress),
    list: ({ targetId }, page) =>
      readPage(
        page,
        'startedAt',
        ({ where, ...query }) => db.stressWindow.findMany({ ...query, where: { ...where, ...(targetId === null ? {} : { targetId }) } }),
        toStress,
      ),
    async *follow(id, signal) {
      const subscription = await listener.subscribe(id);
      try {
        while (!signal.aborted) {
          const window = await byId(id);
          if (window === null) throw noStress(id);
          yield window;
          if (window.state !== 'running') return;
          await subscription.next(signal);
        }
      } finally {
        subscription.end();
      }
    },
  };
}

async function open(db: Database, { host, order, ...ids }: Parameters<StressStore['open']>[0]): Promise<StressWindow> {
  try {
    await db.stressWindow.createMany({ data: [{ ...ids, hostName: host, order: toJson(order) }], skipDuplicates: true });
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw new HoneError(
      'not-found',
      `The target has no cycle ${ids.cycleId}, or no build ${ids.buildId}.`,
      'See hone cycle list and hone build list.',
    );
  }
  const row = await db.stressWindow.findUnique({ where: { id: ids.id } });
  if (row === null) throw noStress(ids.id);
  return toStress(row);
}

function noStress(id: StressId): HoneError {
  return new HoneError('not-found', `There is no stress window ${id}.`, 'See which there are: hone replay list.');
}
