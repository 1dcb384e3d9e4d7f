import type { CycleCorpus as CorpusRow } from '../prisma/client/client.ts';
import { asId } from '../domain/ids.ts';
import type { CycleId, Digest } from '../domain/ids.ts';
import type { CorpusRefs } from '../domain/model/collection.ts';
import type { CycleCorpus, CycleStore } from '../domain/ports/store.ts';
import type { Database } from './client.ts';
import { fromJson, toJson } from './json.ts';

const toRefs = (row: CorpusRow): CorpusRefs => ({
  training: { digest: asId<Digest>(row.trainingDigest), sizeBytes: Number(row.trainingSizeBytes) },
  trainingRequests: row.trainingRequests,
  heldOut: { digest: asId<Digest>(row.heldOutDigest), sizeBytes: Number(row.heldOutSizeBytes) },
  heldOutRequests: row.heldOutRequests,
  data: row.dataDigest === null ? null : { digest: asId<Digest>(row.dataDigest), sizeBytes: Number(row.dataSizeBytes) },
});

const toCorpus = (row: CorpusRow): CycleCorpus => ({
  cycleId: asId<CycleId>(row.cycleId),
  corpus: toRefs(row),
  counters: fromJson(row.counters),
  comparison: fromJson(row.comparison),
  deidentification: fromJson(row.deidentification),
});

/** The corpus of a cycle: saved once, the first one stays. */
export function makeCorpora(db: Database): Pick<CycleStore, 'saveCorpus' | 'corpus' | 'corporaOf'> {
  return {
    saveCorpus: async (cycleId, corpus, counters, comparison, report) => {
      const row = {
        cycleId,
        trainingDigest: corpus.training.digest,
        trainingSizeBytes: BigInt(corpus.training.sizeBytes),
        trainingRequests: corpus.trainingRequests,
        heldOutDigest: corpus.heldOut.digest,
        heldOutSizeBytes: BigInt(corpus.heldOut.sizeBytes),
        heldOutRequests: corpus.heldOutRequests,
        dataDigest: corpus.data?.digest ?? null,
        dataSizeBytes: corpus.data ? BigInt(corpus.data.sizeBytes) : null,
        counters: toJson(counters),
        comparison: toJson(comparison),
        deidentification: toJson(report),
      };
      await db.cycleCorpus.createMany({ data: [row], skipDuplicates: true });
    },
    corpus: async (cycleId) => {
      const row = await db.cycleCorpus.findUnique({ where: { cycleId } });
      return row === null ? null : toCorpus(row);
    },
    corporaOf: async (ids) =>
      (await db.cycleCorpus.findMany({ where: { cycleId: { in: [...ids] } }, orderBy: { cycleId: 'asc' } })).map(toCorpus),
  };
}
