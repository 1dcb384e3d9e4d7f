import type { FreshnessCheck as CheckRow } from '../prisma/client/client.ts';
import { asId, type CycleId, type FreshnessCheckId, type ProfileVersionId, type TargetId } from '../domain/ids.ts';
import type { FreshnessCheck, FreshnessStanding, FreshnessVerdict } from '../domain/model/freshness.ts';
import type { FreshnessStore } from '../domain/ports/store.ts';
import type { Database } from './client.ts';
import { fromJson, toJson } from './json.ts';
import { readPage } from './pages.ts';

const toCheck = (row: CheckRow): FreshnessCheck => ({
  id: asId<FreshnessCheckId>(row.id),
  targetId: asId<TargetId>(row.targetId),
  profileVersionId: row.profileVersionId === null ? null : asId<ProfileVersionId>(row.profileVersionId),
  // Checks of the table hold both to the model's words.
  verdict: row.verdict as FreshnessVerdict,
  standing: row.standing as FreshnessStanding,
  sentence: row.sentence,
  dimensions: fromJson(row.dimensions),
  refresh: fromJson(row.refresh),
  cycleId: row.cycleId === null ? null : asId<CycleId>(row.cycleId),
  at: row.createdAt.toISOString(),
});

/** Looks at targets' freshness. Triggers keep what is written once. */
export function makeFreshness(db: Database): FreshnessStore {
  return {
    async record(check) {
      const { at, dimensions, refresh, ...rest } = check;
      const data = { ...rest, dimensions: toJson(dimensions), refresh: toJson(refresh), createdAt: at };
      await db.freshnessCheck.createMany({ data: [data], skipDuplicates: true });
      return toCheck(await db.freshnessCheck.findUniqueOrThrow({ where: { id: check.id } }));
    },
    async started(id, cycleId) {
      await db.freshnessCheck.updateMany({ where: { id, cycleId: null }, data: { cycleId } });
    },
    byId: async (id) => {
      const row = await db.freshnessCheck.findUnique({ where: { id } });
      return row && toCheck(row);
    },
    latestOf: async (targetIds) => {
      const rows = await db.freshnessCheck.findMany({
        where: { targetId: { in: [...targetIds] } },
        orderBy: [{ targetId: 'asc' }, { createdAt: 'desc' }, { id: 'desc' }],
        distinct: ['targetId'],
      });
      return rows.map(toCheck);
    },
    ofVersion: async (profileVersionId, most) => {
      const rows = await db.freshnessCheck.findMany({
        where: { profileVersionId },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: most,
      });
      return rows.map(toCheck);
    },
    list: ({ targetId }, page) =>
      readPage(
        page,
        'createdAt',
        ({ where, ...query }) => db.freshnessCheck.findMany({ ...query, where: { ...where, targetId } }),
        toCheck,
      ),
  };
}
