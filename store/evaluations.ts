import { Prisma, type Evaluation as EvaluationRow, type EvaluationPair as PairRow } from '../prisma/client/client.ts';
import { HoneError } from '../domain/errors.ts';
import type { BuildRecordId, CycleId, EvaluationId, ProfileVersionId } from '../domain/ids.ts';
import { asId } from '../domain/ids.ts';
import type { AnswerComparison, Evaluation, EvaluationPair, RatioInterval } from '../domain/model/evaluation.ts';
import type { SpeedComparison } from '../domain/model/speed.ts';
import type { EvaluationStore } from '../domain/ports/store.ts';
import type { Database } from './client.ts';
import { isForeignKeyViolation, isRefused } from './failures.ts';
import { fromJson, toJson } from './json.ts';

type Row = EvaluationRow & { readonly _count: { readonly pairs: number } };
const withPairCount = { _count: { select: { pairs: true } } } as const;

const toInterval = ({ ratio, low, high }: Row): RatioInterval | null =>
  ratio === null || low === null || high === null ? null : { ratio, low, high };

const toEvaluation = (row: Row): Evaluation => ({
  id: asId<EvaluationId>(row.id),
  cycleId: asId<CycleId>(row.cycleId),
  profileVersionId: asId<ProfileVersionId>(row.profileVersionId),
  baselineBuildId: asId<BuildRecordId>(row.baselineBuildId),
  candidateBuildId: asId<BuildRecordId>(row.candidateBuildId),
  verdict: row.verdict,
  sentence: row.sentence,
  interval: toInterval(row),
  pairs: row._count.pairs, // oxlint-disable-line no-underscore-dangle -- Prisma's name
  endpoints: fromJson(row.endpoints),
  answers: row.answers === null ? null : fromJson(row.answers),
  speed: row.speed === null ? null : fromJson(row.speed),
  alpha: row.alpha,
  minimumGain: row.minimumGain,
  startedAt: row.startedAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
});

const toPair = (row: PairRow): { pair: EvaluationPair; answers: AnswerComparison } => ({
  pair: {
    index: row.index,
    candidateFirst: row.candidateFirst,
    baseline: fromJson(row.baseline),
    candidate: fromJson(row.candidate),
    logRatio: row.logRatio,
    startedAt: row.startedAt.toISOString(),
  },
  answers: fromJson(row.answers),
});

/** Evaluations with their coins and pairs; the first verdict stays, and a cycle that ends before it (`cycles.ts`) leaves none. */
export function makeEvaluations(db: Database): EvaluationStore {
  const byIds = async (ids: readonly string[]) =>
    (await db.evaluation.findMany({ where: { id: { in: [...ids] } }, include: withPairCount })).map(toEvaluation);
  const byId = async (id: EvaluationId) => (await byIds([id]))[0] ?? null;
  const wanted = async (id: EvaluationId) => (await byId(id)) ?? missing(id);
  return {
    open: async (evaluation) => {
      await open(db, evaluation);
      return wanted(evaluation.id);
    },
    recordCoin: (id, index, candidateFirst) => recordCoin(db, id, index, candidateFirst),
    savePair: (id, pair, answers) => savePair(db, id, pair, answers),
    saveSpeed: (id, speed) => saveSpeed(db, id, speed),
    pairs: async (id) => (await db.evaluationPair.findMany({ where: { evaluationId: id }, orderBy: { index: 'asc' } })).map(toPair),
    pairsOf: async (ids) =>
      (
        await db.evaluationPair.findMany({
          where: { evaluationId: { in: [...ids] } },
          orderBy: [{ evaluationId: 'asc' }, { index: 'asc' }],
        })
      ).map((row) => ({ evaluationId: asId<EvaluationId>(row.evaluationId), ...toPair(row) })),
    close: async (id, { verdict, sentence, interval, endpoints, answers }) => {
      const { ratio, low, high } = interval ?? { ratio: null, low: null, high: null };
      const data = { verdict, sentence, ratio, low, high, endpoints: toJson(endpoints), answers: toJson(answers), endedAt: new Date() };
      await db.evaluation.updateMany({ where: { id, endedAt: null }, data });
      const closed = await wanted(id);
      if (closed.verdict === null) throw isOver(id, null);
      return closed;
    },
    byId,
    byIds,
    byCycleIds: async (ids) =>
      (
        await db.evaluation.findMany({
          where: { cycleId: { in: [...ids] } },
          include: withPairCount,
          orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
        })
      ).map(toEvaluation),
  };
}

/** The target is the cycle's; builds and version have to be of it, too. */
async function open(db: Database, evaluation: Parameters<EvaluationStore['open']>[0]): Promise<void> {
  const cycle = await db.refreshCycle.findUnique({ where: { id: evaluation.cycleId }, select: { targetId: true } });
  if (cycle === null)
    throw new HoneError(
      'not-found',
      `There is no cycle with the id ${evaluation.cycleId}.`,
      'List the cycles of a target with: hone cycle list.',
    );
  try {
    await db.evaluation.createMany({ data: [{ ...evaluation, ...cycle }], skipDuplicates: true });
  } catch (error) {
    if (!isForeignKeyViolation(error) && !isRefused(error)) throw error;
    if ((await db.refreshCycle.count({ where: { id: evaluation.cycleId, state: 'running' } })) === 0) throw cycleIsOver(evaluation, error);
    throw new HoneError(
      'conflict',
      `The evaluation ${evaluation.id} would not compare two builds of its cycle's target with its cycle's profile.`,
      "Baseline and candidate are builds of the cycle's target; the candidate is the optimised build with the profile of the cycle's version.",
      { cause: error },
    );
  }
}

async function recordCoin(db: Database, evaluationId: EvaluationId, index: number, candidateFirst: boolean): Promise<boolean> {
  try {
    await db.evaluationCoin.createMany({ data: [{ evaluationId, index, candidateFirst }], skipDuplicates: true });
  } catch (error) {
    if (isRefused(error)) throw isOver(evaluationId, error);
    throw isForeignKeyViolation(error) ? notFound(evaluationId) : error;
  }
  return (await db.evaluationCoin.findUniqueOrThrow({ where: { evaluationId_index: { evaluationId, index } } })).candidateFirst;
}

async function savePair(db: Database, evaluationId: EvaluationId, pair: EvaluationPair, answers: AnswerComparison): Promise<void> {
  const { index, candidateFirst, logRatio } = pair;
  const row = {
    evaluationId,
    index,
    candidateFirst,
    logRatio,
    baseline: toJson(pair.baseline),
    candidate: toJson(pair.candidate),
    answers: toJson(answers),
    startedAt: new Date(pair.startedAt),
  };
  try {
    await db.evaluationPair.createMany({ data: [row], skipDuplicates: true });
  } catch (error) {
    if (isRefused(error)) throw isOver(evaluationId, error);
    if (!isForeignKeyViolation(error)) throw error;
    throw new HoneError(
      'conflict',
      `Pair ${index} of the evaluation ${evaluationId} does not follow a recorded coin toss.`,
      'Record the coin before the pair runs, and run the pair as the coin says.',
      { cause: error },
    );
  }
}

async function saveSpeed(db: Database, id: EvaluationId, speed: SpeedComparison): Promise<void> {
  const saved = await db.evaluation.updateMany({
    where: { id, endedAt: null, speed: { equals: Prisma.DbNull } },
    data: { speed: toJson(speed) },
  });
  if (saved.count > 0) return;
  const found = await db.evaluation.findUnique({ where: { id }, select: { speed: true } });
  if (found === null) throw notFound(id);
  if (found.speed === null) throw isOver(id, null);
}

function cycleIsOver({ id, cycleId }: Pick<Evaluation, 'id' | 'cycleId'>, cause: unknown): HoneError {
  return new HoneError(
    'conflict',
    `The evaluation ${id} cannot begin: its cycle, ${cycleId}, is closed.`,
    'Run another refresh cycle for another evaluation.',
    { cause },
  );
}

function isOver(id: EvaluationId, cause: unknown): HoneError {
  return new HoneError(
    'conflict',
    `The evaluation ${id} is over: nothing is measured or concluded after its end.`,
    'Run another refresh cycle for another evaluation.',
    { cause },
  );
}

function notFound(id: EvaluationId): HoneError {
  return new HoneError('not-found', `There is no evaluation with the id ${id}.`, 'Open the evaluation first.');
}

function missing(id: EvaluationId): never {
  throw notFound(id);
}
