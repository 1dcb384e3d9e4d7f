import { afterAll, beforeAll, expect, test } from 'vitest';
import { asId, type CycleId, type EvaluationId } from '../../domain/ids.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { sampleAnswers, samplePair, sampleSpeed } from '../support/samples.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
beforeAll(async () => {
  db = await freshStore();
});
afterAll(() => db.close());

async function openEvaluation(name: string) {
  const target = await seed(db.store).target();
  const running = await target.cycle();
  const version = await running.profile();
  const [baseline, candidate] = [await target.build('baseline'), await target.build('optimised', version)];
  const evaluation = await db.store.evaluations.open({
    id: asId<EvaluationId>(name),
    cycleId: running.cycle.id,
    profileVersionId: version.id,
    baselineBuildId: baseline.id,
    candidateBuildId: candidate.id,
    alpha: 0.01,
    minimumGain: 0.02,
  });
  return { target, running, version, baseline, candidate, evaluation };
}

const verdict = (word: 'pass' | 'fail' | 'inconclusive', high = 1.3) => ({
  verdict: word,
  sentence: `It is a ${word}.`,
  interval: { ratio: 1.2, low: 1.1, high },
  endpoints: [],
  answers: sampleAnswers,
});

test('the first toss of a coin counts', async () => {
  const { evaluation } = await openEvaluation('coins');
  expect(await db.store.evaluations.recordCoin(evaluation.id, 0, true)).toBe(true);
  expect(await db.store.evaluations.recordCoin(evaluation.id, 0, false)).toBe(true);
  const unknown = db.store.evaluations.recordCoin(asId<EvaluationId>('none'), 0, true);
  await expect(unknown).rejects.toMatchObject({ code: 'not-found' });
});

test('throughput and latency are stored once, and not after the end', async () => {
  const { evaluation } = await openEvaluation('speed');
  expect(evaluation.speed).toBeNull();
  await db.store.evaluations.saveSpeed(evaluation.id, sampleSpeed);
  await db.store.evaluations.saveSpeed(evaluation.id, { ...sampleSpeed, concurrency: 99 });
  expect((await db.store.evaluations.byId(evaluation.id))?.speed).toEqual(sampleSpeed);
  const { evaluation: over } = await openEvaluation('speed too late');
  await db.store.evaluations.close(over.id, verdict('inconclusive'));
  await expect(db.store.evaluations.saveSpeed(over.id, sampleSpeed)).rejects.toMatchObject({ code: 'conflict' });
  expect((await db.store.evaluations.byId(over.id))?.speed).toBeNull();
  await expect(db.store.evaluations.saveSpeed(asId<EvaluationId>('none'), sampleSpeed)).rejects.toMatchObject({ code: 'not-found' });
});

test('a pair is stored once, and only as its coin says', async () => {
  const { evaluation } = await openEvaluation('pairs');
  await expect(db.store.evaluations.savePair(evaluation.id, samplePair(0, true), sampleAnswers)).rejects.toMatchObject({
    code: 'conflict',
  });
  await db.store.evaluations.recordCoin(evaluation.id, 0, true);
  await expect(db.store.evaluations.savePair(evaluation.id, samplePair(0, false), sampleAnswers)).rejects.toMatchObject({
    code: 'conflict',
  });
  await db.store.evaluations.savePair(evaluation.id, samplePair(0, true), sampleAnswers);
  await db.store.evaluations.savePair(evaluation.id, { ...samplePair(0, true), logRatio: 9 }, sampleAnswers);
  expect(await db.store.evaluations.pairs(evaluation.id)).toEqual([{ pair: samplePair(0, true), answers: sampleAnswers }]);
  expect(await db.store.evaluations.pairsOf([evaluation.id])).toMatchObject([{ evaluationId: evaluation.id, pair: { index: 0 } }]);
  expect((await db.store.evaluations.byId(evaluation.id))?.pairs).toBe(1);
});

test('what is compared is of the cycle: its version, builds of its target, a candidate with its profile', async () => {
  const one = await openEvaluation('one');
  const other = await openEvaluation('other');
  await one.running.close('succeeded');
  const running = await one.target.cycle();
  const version = await running.profile();
  const candidate = await one.target.build('optimised', version);
  const wanted = {
    id: asId<EvaluationId>('of the second cycle'),
    cycleId: running.cycle.id,
    profileVersionId: version.id,
    baselineBuildId: one.candidate.id,
    candidateBuildId: candidate.id,
    alpha: 0.01,
    minimumGain: 0,
  };
  const wrong = [
    { baselineBuildId: other.baseline.id },
    { candidateBuildId: other.candidate.id },
    { candidateBuildId: one.candidate.id },
    { candidateBuildId: one.baseline.id },
    { profileVersionId: one.version.id, candidateBuildId: one.candidate.id },
    { baselineBuildId: (await one.target.build('instrumented')).id },
  ];
  for (const change of wrong)
    await expect(db.store.evaluations.open({ ...wanted, ...change }), JSON.stringify(change)).rejects.toMatchObject({ code: 'conflict' });
  const unknown = { ...wanted, cycleId: asId<CycleId>('none') };
  await expect(db.store.evaluations.open(unknown)).rejects.toMatchObject({ code: 'not-found' });
  const opened = await db.store.evaluations.open(wanted);
  expect(await db.store.evaluations.open(wanted)).toEqual(opened);
});

test('nothing is measured after the verdict; what was stored before may be stored again', async () => {
  const { evaluation } = await openEvaluation('late');
  await db.store.evaluations.recordCoin(evaluation.id, 1, true);
  await db.store.evaluations.recordCoin(evaluation.id, 2, true);
  await db.store.evaluations.savePair(evaluation.id, samplePair(1, true), sampleAnswers);
  await db.store.evaluations.close(evaluation.id, verdict('fail'));
  expect(await db.store.evaluations.recordCoin(evaluation.id, 1, false)).toBe(true);
  await db.store.evaluations.savePair(evaluation.id, samplePair(1, true), sampleAnswers);
  const late = { code: 'conflict', message: expect.stringContaining('is over') as string };
  await expect(db.store.evaluations.recordCoin(evaluation.id, 3, true)).rejects.toMatchObject(late);
  await expect(db.store.evaluations.savePair(evaluation.id, samplePair(2, true), sampleAnswers)).rejects.toMatchObject(late);
  expect(await db.store.evaluations.pairs(evaluation.id)).toHaveLength(1);
});

test('the first verdict stays', async () => {
  const { evaluation, running } = await openEvaluation('verdict');
  const closed = await db.store.evaluations.close(evaluation.id, verdict('fail'));
  expect(await db.store.evaluations.close(evaluation.id, verdict('pass'))).toEqual(closed);
  expect(closed).toMatchObject({ verdict: 'fail', interval: { ratio: 1.2, low: 1.1, high: 1.3 }, endedAt: expect.any(String) });
  expect(await db.store.evaluations.byCycleIds([running.cycle.id])).toEqual([closed]);
});

test.each(['cancelled', 'failed'] as const)('a cycle that ends as %s breaks its evaluation off: no verdict, ever', async (state) => {
  const { evaluation, running, candidate } = await openEvaluation(`broken off, ${state}`);
  await db.store.evaluations.recordCoin(evaluation.id, 1, true);
  await db.store.evaluations.recordCoin(evaluation.id, 2, true);
  await db.store.evaluations.savePair(evaluation.id, samplePair(1, true), sampleAnswers);
  await running.close(state);
  const over = await db.store.evaluations.byId(evaluation.id);
  const end = (await db.store.cycles.byId(running.cycle.id))!.endedAt;
  const sentence = `Broken off before a verdict: the cycle ended as ${state}.`;
  expect(over).toEqual({ ...evaluation, pairs: 1, sentence, endedAt: end });
  // What arrives late, from a worker that had not heard yet.
  await expect(db.store.evaluations.close(evaluation.id, verdict('pass'))).rejects.toMatchObject({ code: 'conflict' });
  const late = db.store.evaluations.savePair(evaluation.id, samplePair(2, true), sampleAnswers);
  await expect(late).rejects.toMatchObject({ code: 'conflict' });
  await running.close(state === 'failed' ? 'cancelled' : 'failed');
  expect(await db.store.evaluations.byId(evaluation.id)).toEqual(over);
  expect(over!.candidateBuildId).toBe(candidate.id);
});

test('a verdict stays when the cycle ends otherwise after it', async () => {
  const { evaluation, running } = await openEvaluation('before the end');
  const closed = await db.store.evaluations.close(evaluation.id, verdict('pass'));
  await running.close('cancelled');
  expect(await db.store.evaluations.byId(evaluation.id)).toEqual(closed);
});

test('no evaluation begins in a cycle that is closed, nor between its end and the end of that', async () => {
  const { evaluation, running, version, baseline, candidate } = await openEvaluation('too late');
  await db.sql(`DELETE FROM "Evaluation" WHERE "id" = $1`, [evaluation.id]);
  const { alpha, minimumGain } = evaluation;
  const opened = () =>
    db.store.evaluations.open({
      id: asId<EvaluationId>('too late'),
      cycleId: running.cycle.id,
      profileVersionId: version.id,
      baselineBuildId: baseline.id,
      candidateBuildId: candidate.id,
      alpha,
      minimumGain,
    });
  // Whichever comes first, nothing is open afterwards.
  await Promise.allSettled([running.close('cancelled'), opened()]);
  expect((await db.store.evaluations.byCycleIds([running.cycle.id])).filter(({ endedAt }) => endedAt === null)).toEqual([]);
  await db.sql(`DELETE FROM "Evaluation" WHERE "id" = $1`, [evaluation.id]);
  await expect(opened()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('is closed') as string });
});

test('an interval may be open above', async () => {
  const { evaluation } = await openEvaluation('open');
  const closed = await db.store.evaluations.close(evaluation.id, verdict('inconclusive', Number.POSITIVE_INFINITY));
  expect(closed.interval?.high).toBe(Number.POSITIVE_INFINITY);
});

test('one release per evaluation, and only of one that passed', async () => {
  const { target, version, candidate, baseline, evaluation } = await openEvaluation('release');
  const wanted = { targetId: target.target.id, buildId: candidate.id, profileVersionId: version.id, evaluationId: evaluation.id };
  await expect(db.store.releases.offer(wanted)).rejects.toMatchObject({ code: 'conflict' });
  await db.store.evaluations.close(evaluation.id, verdict('pass'));
  await expect(db.store.releases.offer({ ...wanted, buildId: baseline.id })).rejects.toMatchObject({ code: 'conflict' });
  const offered = await Promise.all([1, 2, 3, 4].map(() => db.store.releases.offer(wanted)));
  expect(new Set(offered.map(({ id }) => id)).size).toBe(1);
  expect(await db.store.releases.byNumber(target.target.id, 1)).toEqual(offered[0]);
  expect(await db.store.releases.byEvaluationIds([evaluation.id])).toEqual([offered[0]]);
});
