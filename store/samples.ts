import type { TrafficSample as SampleRow } from '../prisma/client/client.ts';
import { asId, type SessionId, type TargetId } from '../domain/ids.ts';
import type { TrafficSample } from '../domain/model/freshness.ts';
import type { PrivacyRelease } from '../domain/model/privacy.ts';
import type { SampleStore } from '../domain/ports/store.ts';
import type { Database, Queries } from './client.ts';
import { fromJson, toJson } from './json.ts';
import { lockTarget } from './lock-target.ts';

/** Null for one that has no aggregates. */
const toSample = (row: SampleRow): TrafficSample | null =>
  row.release === null || row.requests === null
    ? null
    : {
        id: asId<SessionId>(row.id),
        targetId: asId<TargetId>(row.targetId),
        requests: row.requests,
        release: fromJson<PrivacyRelease>(row.release),
        at: row.createdAt.toISOString(),
      };

/** Samples of production's requests. The target's lock and the rows keep two from mirroring at once. */
export function makeSamples(db: Database): SampleStore {
  return {
    begin: (id, targetId, expiresAt) => db.$transaction((tx) => begin(tx, id, targetId, expiresAt)),
    async end(id, outcome) {
      const data = 'failure' in outcome ? outcome : { ...outcome, release: toJson(outcome.release) };
      await db.trafficSample.updateMany({ where: { id, endedAt: null }, data: { ...data, endedAt: new Date() } });
    },
    byId: async (id) => {
      const row = await db.trafficSample.findUnique({ where: { id } });
      return row && toSample(row);
    },
    async list(targetId, most, before) {
      const where = { targetId, requests: { not: null }, ...(before ? { createdAt: { lte: before } } : {}) };
      const rows = await db.trafficSample.findMany({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: most });
      return rows.flatMap((row) => toSample(row) ?? []);
    },
    async busyUntil(targetId) {
      const row = await running(db, targetId);
      return row?.expiresAt.toISOString() ?? null;
    },
  };
}

/** One whose worker died for good stands open: after its time it counts no more. */
function running(db: Queries, targetId: TargetId): Promise<SampleRow | null> {
  return db.trafficSample.findFirst({ where: { targetId, endedAt: null, expiresAt: { gt: new Date() } }, orderBy: { expiresAt: 'desc' } });
}

async function begin(tx: Queries, id: SessionId, targetId: TargetId, expiresAt: Date): Promise<string | null> {
  await lockTarget(tx, targetId);
  const other = await running(tx, targetId);
  if (other !== null) return other.id === id ? null : 'Another sample of its requests is under way.';
  if ((await tx.trafficSample.findUnique({ where: { id } })) !== null) return 'The sample did not end in its time.';
  const cycle = await tx.refreshCycle.findFirst({ where: { targetId, state: 'running' } });
  if (cycle !== null) return 'A cycle of the target mirrors its requests.';
  await tx.trafficSample.create({ data: { id, targetId, expiresAt } });
  return null;
}
