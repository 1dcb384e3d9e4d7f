import type { ProfileVersion as VersionRow } from '../prisma/client/client.ts';
import { HoneError } from '../domain/errors.ts';
import type { CycleId, Digest, ProfileVersionId, TargetId } from '../domain/ids.ts';
import { asId } from '../domain/ids.ts';
import type { ProfileVersion } from '../domain/model/profile.ts';
import type { ProfileStore } from '../domain/ports/store.ts';
import type { Database } from './client.ts';
import { isRefused } from './failures.ts';
import { fromJson, toJson } from './json.ts';
import { lockTarget } from './lock-target.ts';
import { readPage } from './pages.ts';

const toVersion = (row: VersionRow): ProfileVersion => ({
  id: asId<ProfileVersionId>(row.id),
  targetId: asId<TargetId>(row.targetId),
  cycleId: asId<CycleId>(row.cycleId),
  number: row.number,
  state: row.state,
  profile: { digest: asId<Digest>(row.profileDigest), sizeBytes: Number(row.profileSizeBytes) },
  acceptance: fromJson(row.acceptance),
  provenance: fromJson(row.provenance),
  createdAt: row.createdAt.toISOString(),
});

const orNull = (row: VersionRow | null): ProfileVersion | null => (row === null ? null : toVersion(row));

/** Profile versions: one per cycle, numbered without gaps within the target, immutable but for the state. */
export function makeProfiles(db: Database): ProfileStore {
  return {
    publish: (version) => publish(db, version),
    setState: (id, state) => setState(db, id, state),
    latest: async (targetId) =>
      orNull(await db.profileVersion.findFirst({ where: { targetId, state: { not: 'rejected' } }, orderBy: { number: 'desc' } })),
    latestOf: async (targetIds) => {
      // Prisma would read every version, with its report, and take the first of each target in memory.
      const rows = await db.$queryRaw<VersionRow[]>`
        SELECT DISTINCT ON ("targetId") * FROM "ProfileVersion"
        WHERE "targetId" = ANY(${targetIds}) AND "state" <> 'rejected' ORDER BY "targetId", "number" DESC`;
      return rows.map(toVersion);
    },
    byId: async (id) => orNull(await db.profileVersion.findUnique({ where: { id } })),
    byIds: async (ids) => (await db.profileVersion.findMany({ where: { id: { in: [...ids] } } })).map(toVersion),
    byNumber: async (targetId, number) => orNull(await db.profileVersion.findUnique({ where: { targetId_number: { targetId, number } } })),
    byCycleIds: async (ids) => (await db.profileVersion.findMany({ where: { cycleId: { in: [...ids] } } })).map(toVersion),
    hasDigest: async (digest) =>
      (await db.profileVersion.findFirst({ where: { profileDigest: digest }, select: { id: true }, orderBy: { id: 'asc' } })) !== null,
    list: ({ targetId }, page) =>
      readPage(
        page,
        'createdAt',
        ({ where, ...query }) => db.profileVersion.findMany({ ...query, where: { ...where, ...(targetId === null ? {} : { targetId }) } }),
        toVersion,
      ),
  };
}

function publish(db: Database, version: Parameters<ProfileStore['publish']>[0]): Promise<ProfileVersion> {
  const { targetId, cycleId } = version;
  return db.$transaction(async (tx) => {
    await lockTarget(tx, targetId);
    const published = await tx.profileVersion.findUnique({ where: { cycleId } });
    if (published !== null) return toVersion(published);
    const [last, parent] = [
      await tx.profileVersion.findFirst({ where: { targetId }, orderBy: { number: 'desc' }, select: { number: true } }),
      await tx.profileVersion.findFirst({
        where: { targetId, state: { not: 'rejected' } },
        orderBy: { number: 'desc' },
        select: { number: true },
      }),
    ];
    const { manifestDigest } = await tx.refreshCycle.findUniqueOrThrow({ where: { id: cycleId }, select: { manifestDigest: true } });
    const row = await tx.profileVersion.create({
      data: {
        targetId,
        cycleId,
        number: (last?.number ?? 0) + 1,
        state: version.state,
        profileDigest: version.profile.digest,
        profileSizeBytes: BigInt(version.profile.sizeBytes),
        acceptance: toJson(version.acceptance),
        provenance: toJson({ ...version.provenance, manifestDigest, parentVersion: parent?.number ?? null }),
      },
    });
    return toVersion(row);
  });
}

async function leaveUnvetted(db: Database, id: ProfileVersionId, state: 'vetted' | 'rejected'): Promise<number> {
  try {
    return (await db.profileVersion.updateMany({ where: { id, state: 'unvetted' }, data: { state } })).count;
  } catch (error) {
    if (!isRefused(error)) throw error;
    throw new HoneError(
      'conflict',
      `No evaluation of the profile version ${id} has passed.`,
      'Only an evaluation that passed vets a version.',
      {
        cause: error,
      },
    );
  }
}

/** Saying again what has been said changes nothing. */
async function setState(db: Database, id: ProfileVersionId, state: 'vetted' | 'rejected'): Promise<void> {
  if ((await leaveUnvetted(db, id, state)) === 1) return;
  const row = await db.profileVersion.findUnique({ where: { id }, select: { state: true, number: true } });
  if (row === null)
    throw new HoneError('not-found', `There is no profile version with the id ${id}.`, 'List them with: hone profile list.');
  if (row.state !== state)
    throw new HoneError(
      'conflict',
      `Profile version ${row.number} is ${row.state} and cannot become ${state}.`,
      'Only an unvetted version is judged, once. Run another refresh cycle for a new version.',
    );
}
