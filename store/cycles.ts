import { Prisma, type RefreshCycle as CycleRow, type CycleEvent as EventRow } from '../prisma/client/client.ts';
import { HoneError } from '../domain/errors.ts';
import type { CycleId, Digest, TargetId } from '../domain/ids.ts';
import { asId } from '../domain/ids.ts';
import type { CycleEvent, CycleStage, CycleState, RefreshCycle } from '../domain/model/cycle.ts';
import type { CycleStore } from '../domain/ports/store.ts';
import type { Database } from './client.ts';
import { makeCorpora } from './corpora.ts';
import type { CycleListener } from './cycle-listener.ts';
import { isForeignKeyViolation } from './failures.ts';
import { followCycle } from './follow-cycle.ts';
import { fromJson, toJson } from './json.ts';
import { readPage } from './pages.ts';

const toCycle = (row: CycleRow): RefreshCycle => ({
  id: asId<CycleId>(row.id),
  targetId: asId<TargetId>(row.targetId),
  workflowId: row.workflowId,
  reason: row.reason,
  directory: row.directory,
  manifest: fromJson(row.manifest),
  manifestDigest: asId<Digest>(row.manifestDigest),
  state: row.state,
  stage: row.stage as CycleStage,
  error: row.error === null ? null : fromJson(row.error),
  startedAt: row.startedAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
});

const toEvent = (row: EventRow): CycleEvent => ({
  cycleId: asId<CycleId>(row.cycleId),
  sequence: row.sequence,
  stage: row.stage as CycleStage,
  state: row.state,
  message: row.message,
  at: row.at.toISOString(),
});

/** Refresh cycles: at most one runs per target; the first close wins. */
export function makeCycles(db: Database, listener: CycleListener): CycleStore {
  const byId = async (id: CycleId) => {
    const row = await db.refreshCycle.findUnique({ where: { id } });
    return row === null ? null : toCycle(row);
  };
  const events = async (id: CycleId, afterSequence: number) =>
    (await db.cycleEvent.findMany({ where: { cycleId: id, sequence: { gt: afterSequence } }, orderBy: { sequence: 'asc' } })).map(toEvent);
  return {
    open: (cycle) => open(db, cycle),
    recordEvent: (event) => recordEvent(db, event),
    close: async (id, state, error) => {
      const endedAt = new Date();
      const data = { state, error: error === null ? Prisma.DbNull : toJson(error), endedAt };
      // A holder that has not heard yet that it is to stop may have renewed the lease after it was released.
      const [{ count }] = await db.$transaction([
        db.refreshCycle.updateMany({ where: { id, state: 'running' }, data }),
        // The cycle first: its row's lock keeps an evaluation that is opened late from coming in between.
        db.evaluation.updateMany({ where: { cycleId: id, endedAt: null }, data: { sentence: brokenOff(state), endedAt } }),
        db.hostLease.deleteMany({ where: { cycleId: id } }),
      ]);
      if (count === 0 && (await byId(id)) === null) throw noCycle(id);
    },
    byId,
    byIds: async (ids) => (await db.refreshCycle.findMany({ where: { id: { in: [...ids] } } })).map(toCycle),
    activeOf: async (targetIds) =>
      (await db.refreshCycle.findMany({ where: { targetId: { in: [...targetIds] }, state: 'running' } })).map(toCycle),
    list: ({ targetId }, page) =>
      readPage(
        page,
        'startedAt',
        ({ where, ...query }) => db.refreshCycle.findMany({ ...query, where: { ...where, ...(targetId === null ? {} : { targetId }) } }),
        toCycle,
      ),
    events,
    eventsOf: async (ids) =>
      (await db.cycleEvent.findMany({ where: { cycleId: { in: [...ids] } }, orderBy: [{ cycleId: 'asc' }, { sequence: 'asc' }] })).map(
        toEvent,
      ),
    follow: (id, afterSequence, signal) =>
      followCycle(
        { listener, events, isClosed: async () => ((await byId(id)) ?? missing(id)).state !== 'running' },
        id,
        afterSequence,
        signal,
      ),
    ...makeCorpora(db),
  };
}

async function open(db: Database, cycle: { id: CycleId; targetId: TargetId; workflowId: string; reason: string }): Promise<RefreshCycle> {
  const target = await db.target.findUnique({ where: { id: cycle.targetId } });
  if (target === null)
    throw new HoneError(
      'target-not-found',
      `There is no target with the id ${cycle.targetId}.`,
      'Register the target first: hone target add DIR.',
    );
  const { directory, manifestDigest } = target;
  const data = { ...cycle, directory, manifest: toJson(target.manifest), manifestDigest };
  await db.refreshCycle.createMany({ data: [data], skipDuplicates: true });
  const row = await db.refreshCycle.findUnique({ where: { id: cycle.id } });
  if (row !== null) return toCycle(row);
  const running = await db.refreshCycle.findFirst({ where: { targetId: cycle.targetId, state: 'running' } });
  throw new HoneError(
    'cycle-already-active',
    `The target has an active cycle already${running === null ? '' : `: ${running.id}, in its stage ${running.stage}`}.`,
    'Wait for its end, or cancel it: hone cycle cancel.',
  );
}

/** Why an evaluation has no verdict: what its pairs say by then is not one. */
function brokenOff(state: Exclude<CycleState, 'running'>): string {
  return `Broken off before a verdict: the cycle ended as ${state}.`;
}

/** One statement: the event, and the cycle's stage when no later event is there. A closed cycle keeps its stage. */
async function recordEvent(db: Database, event: Omit<CycleEvent, 'at'>): Promise<void> {
  try {
    await db.$executeRaw`
      WITH recorded AS (
        INSERT INTO "CycleEvent" ("cycleId", "sequence", "stage", "state", "message")
        VALUES (${event.cycleId}, ${event.sequence}, ${event.stage}, ${event.state}::"CycleEventState", ${event.message})
        ON CONFLICT ("cycleId", "sequence") DO NOTHING
        RETURNING "cycleId", "sequence", "stage")
      UPDATE "RefreshCycle" SET "stage" = recorded."stage" FROM recorded
      WHERE "RefreshCycle"."id" = recorded."cycleId" AND "RefreshCycle"."state" = 'running' AND NOT EXISTS (
        SELECT FROM "CycleEvent" later WHERE later."cycleId" = recorded."cycleId" AND later."sequence" > recorded."sequence")`;
  } catch (error) {
    throw isForeignKeyViolation(error) ? noCycle(event.cycleId) : error;
  }
}

function noCycle(id: CycleId): HoneError {
  return new HoneError('not-found', `There is no cycle with the id ${id}.`, 'List the cycles of a target with: hone cycle list.');
}

function missing(id: CycleId): never {
  throw noCycle(id);
}
