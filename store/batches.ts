import type { BatchReport as ReportRow, GatewayKey as KeyRow } from '../prisma/client/client.ts';
import { HoneError } from '../domain/errors.ts';
import { asId, type CycleId, type Digest, type TargetId } from '../domain/ids.ts';
import type { GatewayKey } from '../domain/model/batch-report.ts';
import type { BatchStore, StoredBatchReport } from '../domain/ports/store.ts';
import type { Database } from './client.ts';
import { readPage } from './pages.ts';

const toKey = ({ keyId, publicKey }: KeyRow): GatewayKey => ({ keyId: asId<Digest>(keyId), publicKey });

const toReport = (row: ReportRow): StoredBatchReport => ({
  cycleId: asId<CycleId>(row.cycleId),
  targetId: asId<TargetId>(row.targetId),
  blob: { digest: asId<Digest>(row.reportDigest), sizeBytes: Number(row.reportSizeBytes) },
  text: row.text,
  problems: row.problems,
  createdAt: row.createdAt.toISOString(),
});

/** Signed reports of batches, and the keys that must have signed them. The first of each stays. */
export function makeBatches(db: Database): BatchStore {
  const keyOf: BatchStore['keyOf'] = async (sessionId) => {
    const row = await db.sessionKey.findUnique({ where: { sessionId }, include: { key: true } });
    return row === null ? null : toKey(row.key);
  };
  return {
    async registerKey(sessionId, { keyId, publicKey }) {
      await db.gatewayKey.createMany({ data: [{ keyId, publicKey }], skipDuplicates: true });
      await db.sessionKey.createMany({ data: [{ sessionId, keyId }], skipDuplicates: true });
      return (await keyOf(sessionId)) ?? { keyId, publicKey };
    },
    keyOf,
    keys: async () =>
      (await db.gatewayKey.findMany({ orderBy: [{ firstSeenAt: 'desc' }, { keyId: 'asc' }] })).map((row) => ({
        ...toKey(row),
        firstSeenAt: row.firstSeenAt.toISOString(),
      })),
    async save({ cycleId, blob, text, problems }) {
      const cycle = await db.refreshCycle.findUnique({ where: { id: cycleId }, select: { targetId: true } });
      if (cycle === null) throw new HoneError('not-found', `There is no cycle ${cycleId}.`, 'See which there are: hone cycle list.');
      const row = {
        cycleId,
        targetId: cycle.targetId,
        reportDigest: blob.digest,
        reportSizeBytes: BigInt(blob.sizeBytes),
        text,
        accepted: problems.length === 0,
        problems: [...problems],
      };
      await db.batchReport.createMany({ data: [row], skipDuplicates: true });
    },
    ofCycles: async (ids) =>
      (await db.batchReport.findMany({ where: { cycleId: { in: [...ids] } }, orderBy: { cycleId: 'asc' } })).map(toReport),
    list: ({ targetId }, page) =>
      readPage(
        page,
        'createdAt',
        ({ where, ...query }) => db.batchReport.findMany({ ...query, where: { ...where, ...(targetId === null ? {} : { targetId }) } }),
        toReport,
      ),
    hasDigest: async (digest) => (await db.batchReport.findFirst({ where: { reportDigest: digest }, select: { id: true } })) !== null,
  };
}
