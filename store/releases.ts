import type { Release as ReleaseRow } from '../prisma/client/client.ts';
import { HoneError } from '../domain/errors.ts';
import type { BuildRecordId, EvaluationId, ProfileVersionId, ReleaseId, TargetId } from '../domain/ids.ts';
import { asId } from '../domain/ids.ts';
import type { Release } from '../domain/model/release.ts';
import type { ReleaseStore } from '../domain/ports/store.ts';
import { makeChannels } from './channels.ts';
import type { Database } from './client.ts';
import { isForeignKeyViolation, isRefused } from './failures.ts';
import { lockTarget } from './lock-target.ts';
import { readPage } from './pages.ts';

const toRelease = (row: ReleaseRow): Release => ({
  id: asId<ReleaseId>(row.id),
  targetId: asId<TargetId>(row.targetId),
  number: row.number,
  buildId: asId<BuildRecordId>(row.buildId),
  profileVersionId: asId<ProfileVersionId>(row.profileVersionId),
  evaluationId: asId<EvaluationId>(row.evaluationId),
  createdAt: row.createdAt.toISOString(),
});

const orNull = (row: ReleaseRow | null): Release | null => (row === null ? null : toRelease(row));

/** Releases: one per evaluation that passed, numbered within the target; and the channels that point to them. */
export function makeReleases(db: Database): ReleaseStore {
  return {
    offer: (release) => offer(db, release),
    byId: async (id) => orNull(await db.release.findUnique({ where: { id } })),
    byIds: async (ids) => (await db.release.findMany({ where: { id: { in: [...ids] } } })).map(toRelease),
    byNumber: async (targetId, number) => orNull(await db.release.findUnique({ where: { targetId_number: { targetId, number } } })),
    byEvaluationIds: async (ids) => (await db.release.findMany({ where: { evaluationId: { in: [...ids] } } })).map(toRelease),
    list: ({ targetId }, page) =>
      readPage(
        page,
        'createdAt',
        ({ where, ...query }) => db.release.findMany({ ...query, where: { ...where, ...(targetId === null ? {} : { targetId }) } }),
        toRelease,
      ),
    ...makeChannels(db),
  };
}

async function offer(db: Database, release: Parameters<ReleaseStore['offer']>[0]): Promise<Release> {
  const { targetId, evaluationId } = release;
  try {
    return await db.$transaction(async (tx) => {
      await lockTarget(tx, targetId);
      const offered = await tx.release.findUnique({ where: { evaluationId } });
      if (offered !== null) return toRelease(offered);
      const last = await tx.release.findFirst({ where: { targetId }, orderBy: { number: 'desc' }, select: { number: true } });
      return toRelease(await tx.release.create({ data: { ...release, number: (last?.number ?? 0) + 1 } }));
    });
  } catch (error) {
    if (!isForeignKeyViolation(error) && !isRefused(error)) throw error;
    throw new HoneError(
      'conflict',
      `The evaluation ${evaluationId} does not stand for a release of this build and profile version.`,
      'A release is the candidate of an evaluation that passed; run a refresh cycle to get one.',
      { cause: error },
    );
  }
}
