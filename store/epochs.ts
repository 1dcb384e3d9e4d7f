import type { Epoch as EpochRow } from '../prisma/client/client.ts';
import { HoneError } from '../domain/errors.ts';
import { asId, type EpochId, type SessionId, type TargetId } from '../domain/ids.ts';
import type { DueEpoch, KeyEpoch } from '../domain/model/epoch.ts';
import type { Target } from '../domain/model/target.ts';
import type { EpochStore } from '../domain/ports/store.ts';
import { cutEpoch, type PrivacyEpoch } from '../domain/privacy/epoch.ts';
import { epochOf, packsOf } from '../domain/privacy/offer.ts';
import { strictest } from '../domain/privacy/packs.ts';
import type { Database, Queries } from './client.ts';
import { fromJson } from './json.ts';
import { lockTarget } from './lock-target.ts';
import { readPage } from './pages.ts';

const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;

const toEpoch = (row: EpochRow): KeyEpoch => ({
  id: asId<EpochId>(row.id),
  targetId: asId<TargetId>(row.targetId),
  index: row.index,
  startsAt: row.startsAt.toISOString(),
  endsAt: row.endsAt.toISOString(),
  budgetFrom: row.budgetFrom.toISOString(),
  keyMadeAt: isoOrNull(row.keyMadeAt),
  cutBecause: row.cutBecause,
  destroyedAt: isoOrNull(row.destroyedAt),
  destroyedBecause: row.destroyedBecause,
});

/** The epochs of each target, one after the other, with what became of their keys. Rows are added, and only what they leave open is filled in. */
export function makeEpochs(db: Database): EpochStore {
  return {
    enter: (targetId, sessionId, at) => db.$transaction((tx) => enter(tx, targetId, sessionId, at)),
    byId: async (id) => {
      const row = await db.epoch.findUnique({ where: { id } });
      return row && toEpoch(row);
    },
    ofSession: async (sessionId) => {
      const found = await db.epochSession.findUnique({ where: { sessionId }, include: { epoch: true } });
      return found && toEpoch(found.epoch);
    },
    latestOf: async (targetIds) => {
      const rows = await db.epoch.findMany({
        where: { targetId: { in: [...targetIds] } },
        orderBy: [{ targetId: 'asc' }, { index: 'desc' }],
        distinct: ['targetId'],
      });
      return rows.map(toEpoch);
    },
    keyMade: async (id, at) => {
      await db.epoch.updateMany({ where: { id, keyMadeAt: null }, data: { keyMadeAt: at } });
    },
    cut: (targetId, at, because) => db.$transaction((tx) => cut(tx, targetId, at, because)),
    due: (at) => due(db, at),
    cutOverdue: (at) => cutOverdue(db, at),
    destroyed: async (id, { destroyedAt, because }) => {
      await db.epoch.updateMany({ where: { id, destroyedAt: null }, data: { destroyedAt, destroyedBecause: because } });
    },
    ofSessions: async (ids) => {
      const rows = await db.epochSession.findMany({ where: { sessionId: { in: [...ids] } }, include: { epoch: true } });
      return rows.map(({ sessionId, epoch }) => ({ sessionId: asId<SessionId>(sessionId), epoch: toEpoch(epoch) }));
    },
    corporaOf: (ids) => corporaOf(db, ids),
    list: ({ targetId }, page) =>
      readPage(page, 'createdAt', ({ where, ...query }) => db.epoch.findMany({ ...query, where: { ...where, targetId } }), toEpoch),
  };
}

async function enter(tx: Queries, targetId: TargetId, sessionId: SessionId, at: Date): Promise<KeyEpoch> {
  await lockTarget(tx, targetId);
  const entered = await tx.epochSession.findUnique({ where: { sessionId }, include: { epoch: true } });
  if (entered !== null) return toEpoch(entered.epoch);
  const epoch = await begun(tx, targetId, at);
  await tx.epochSession.create({ data: { sessionId, epochId: epoch.id } });
  return epoch;
}

/** The epoch that runs, begun when it was not. The target is locked. */
async function begun(tx: Queries, targetId: TargetId, at: Date): Promise<KeyEpoch> {
  const target = await tx.target.findUniqueOrThrow({ where: { id: targetId } });
  const last = await tx.epoch.findFirst({ where: { targetId }, orderBy: { index: 'desc' } });
  const basis = { createdAt: target.createdAt.toISOString(), manifest: fromJson<Target['manifest']>(target.manifest) };
  const wanted = epochOf(basis, last && toEpoch(last), at);
  if (last?.index === wanted.index) return toEpoch(last);
  return insert(tx, targetId, wanted);
}

async function insert(tx: Queries, targetId: TargetId, epoch: PrivacyEpoch): Promise<KeyEpoch> {
  const { index, startsAt, endsAt, budgetFrom } = epoch;
  return toEpoch(await tx.epoch.create({ data: { targetId, index, startsAt, endsAt, budgetFrom } }));
}

async function cut(tx: Queries, targetId: TargetId, at: Date, because: string): Promise<{ ended: KeyEpoch; next: KeyEpoch }> {
  await lockTarget(tx, targetId);
  const running = await begun(tx, targetId, at);
  if (Date.parse(running.endsAt) - Date.parse(running.startsAt) < 2) {
    throw new HoneError(
      'conflict',
      `Epoch ${running.index} has only just begun.`,
      'It has a key of its own already; rotate again in a moment.',
    );
  }
  const { ended, next } = cutEpoch(running, at);
  const row = await tx.epoch.update({ where: { id: running.id }, data: { endsAt: ended.endsAt, cutBecause: because } });
  return { ended: toEpoch(row), next: await insert(tx, targetId, next) };
}

interface LivingRow {
  readonly id: string;
  readonly index: number;
  readonly targetId: string;
  readonly name: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly cutBecause: string | null;
  readonly manifest: Target['manifest'];
  readonly isBusy: boolean;
}

/** The epochs whose keys may be there. A session has its cycle's id: while that runs, its corpus is read. */
function living(db: Queries): Promise<readonly LivingRow[]> {
  return db.$queryRaw<readonly LivingRow[]>`
    SELECT e."id", e."index", e."targetId", t."name", e."startsAt", e."endsAt", e."cutBecause", t."manifest", EXISTS (
      SELECT FROM "EpochSession" s JOIN "RefreshCycle" c ON c."id" = s."sessionId" WHERE s."epochId" = e."id" AND c."state" = 'running') AS "isBusy"
    FROM "Epoch" e JOIN "Target" t ON t."id" = e."targetId" WHERE e."destroyedAt" IS NULL ORDER BY e."endsAt", e."id"`;
}

const overdueReason = (days: number) => `its rule packs let corpora stay for ${days} days`;

async function due(db: Queries, at: Date): Promise<readonly DueEpoch[]> {
  return (await living(db)).flatMap((epoch): DueEpoch[] => {
    const { id, index, name, cutBecause, endsAt, isBusy } = epoch;
    const { days, isOver } = stayOf(epoch, at);
    const hasEnded = endsAt.getTime() <= at.getTime();
    if (!hasEnded || (isBusy && !isOver)) return [];
    const byHand = cutBecause === null || cutBecause === overdueReason(days) ? cutBecause : `rotated by hand: ${cutBecause}`;
    const because = isBusy ? overdueReason(days) : (byHand ?? 'its time was over');
    return [{ id: asId<EpochId>(id), index, targetName: name, because, ...(isOver ? { endsSessions: true } : {}) }];
  });
}

async function cutOverdue(db: Database, at: Date): Promise<void> {
  for (const epoch of await living(db)) {
    const { days, isOver } = stayOf(epoch, at);
    if (isOver && epoch.endsAt > at) await db.$transaction((tx) => cut(tx, asId<TargetId>(epoch.targetId), at, overdueReason(days)));
  }
}

/** How long an epoch's corpora may stay by its target's rule packs as they are now, counted from the first that there can be; and whether that is over. */
function stayOf(
  { manifest, startsAt }: Pick<LivingRow, 'manifest' | 'startsAt'>,
  at: Date,
): { readonly days: number; readonly isOver: boolean } {
  const days = strictest(packsOf(manifest)).keepDays;
  return { days, isOver: startsAt.getTime() + days * dayMilliseconds <= at.getTime() };
}

const dayMilliseconds = 24 * 3_600_000;

async function corporaOf(
  db: Queries,
  ids: readonly EpochId[],
): Promise<readonly { readonly epochId: EpochId; readonly corpora: number }[]> {
  const rows = await db.$queryRaw<readonly { readonly epochId: string; readonly corpora: number }[]>`
    SELECT s."epochId", COUNT(*)::int AS "corpora" FROM "EpochSession" s JOIN "CycleCorpus" c ON c."cycleId" = s."sessionId"
    WHERE s."epochId" = ANY(${[...ids]}::text[]) GROUP BY s."epochId" ORDER BY s."epochId"`;
  return rows.map(({ epochId, corpora }) => ({ epochId: asId<EpochId>(epochId), corpora }));
}
