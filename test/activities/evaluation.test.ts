import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeHostActivities } from '../../activities/index.ts';
import { HoneError } from '../../domain/errors.ts';
import type { PairsRequest } from '../../domain/contracts/host-activities.ts';
import { asId, type EvaluationId } from '../../domain/ids.ts';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import type { HostPort, SpeedRequest } from '../../domain/ports/host.ts';
import type { EvaluationStore, Store } from '../../domain/ports/store.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { sampleAnswers, sampleFacts, samplePair, sampleSpeed } from '../support/samples.ts';
import { seed } from '../support/seed.ts';
import { runActivity } from './run-activity.ts';

let db: TestStore;
beforeAll(async () => void (db = await freshStore()));
afterAll(() => db.close());

/** A host that is looked at; nothing runs on it. */
const host: Partial<HostPort> & Pick<HostPort, 'name'> = {
  name: 'host-a',
  facts: async () => sampleFacts,
  collectionCores: async (count: number) => [1, 0].slice(0, count),
  pairCores: async () => [0, 1],
};

/** Host activities on a store of which every call fails a number of times first, as while Postgres is away. */
function activitiesWithOutages(times: number, more: Partial<HostPort> = {}) {
  const failures = new Map<string, number>();
  const failFirst = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name: string & keyof Port) {
        const call = target[name] as (...words: unknown[]) => unknown;
        return (...words: unknown[]) => {
          const failed = failures.get(name) ?? 0;
          if (failed >= times) return call(...words);
          failures.set(name, failed + 1);
          return Promise.reject(new HoneError('store-unavailable', 'away', 'wait'));
        };
      },
    });
  const store: Store = { ...db.store, evaluations: failFirst<EvaluationStore>(db.store.evaluations), hosts: failFirst(db.store.hosts) };
  const gateway = {} as GatewayPort;
  return {
    failures,
    activities: makeHostActivities({
      country: null,
      host: { ...host, ...more } as HostPort,
      gateway,
      store,
      hardwareClass: () => 'example-2',
      tossCoin: () => true,
    }),
  };
}

test('a host is described, an evaluation opened and concluded although Postgres is away for a while', async () => {
  const { target, build, cycle } = await seed(db.store).target();
  const running = await cycle();
  const version = await running.profile();
  const evaluationId = asId<EvaluationId>(randomUUID());
  const { activities, failures } = activitiesWithOutages(1);
  expect(await runActivity(() => activities.describeHost({ instances: 2 }))).toMatchObject({ collectionCores: [1, 0] });
  await runActivity(async () =>
    activities.openEvaluation({
      evaluationId,
      cycleId: running.cycle.id,
      profileVersionId: version.id,
      baselineBuildId: (await build('baseline')).id,
      candidateBuildId: (await build('optimised', version)).id,
      alpha: 0.01,
      minimumGain: 0,
    }),
  );
  const end = { evaluationId, manifest: target.manifest, undecided: 'pairs', failure: null } as const;
  const outcome = await runActivity(() => activities.closeEvaluation(end));
  expect(outcome.verdict).toBe('inconclusive');
  expect(await db.store.evaluations.byId(evaluationId)).toMatchObject({ verdict: 'inconclusive', sentence: outcome.sentence });
  expect(Object.fromEntries(failures)).toEqual({ saw: 1, open: 1, pairs: 1, close: 1 });
});

test('an evaluation that broke off goes on behind its stored pairs, with the coins that were tossed', async () => {
  const { target, build, cycle } = await seed(db.store).target();
  const running = await cycle();
  const version = await running.profile();
  const evaluationId = asId<EvaluationId>(randomUUID());
  const [baseline, candidate] = [await build('baseline'), await build('optimised', version)];
  const measured: [index: number, candidateFirst: boolean][] = [];
  const timed: Pick<SpeedRequest, 'candidateFirst' | 'measuredEndpoints'>[] = [];
  let breaksAt = 3;
  const { activities } = activitiesWithOutages(0, {
    measurePair: async ({ index, candidateFirst }) => {
      measured.push([index, candidateFirst]);
      if (index === breaksAt) throw new HoneError('instance-lost', 'gone', 'again');
      return { pair: samplePair(index, candidateFirst), answers: sampleAnswers };
    },
    measureSpeed: async ({ candidateFirst, measuredEndpoints }) => {
      timed.push({ candidateFirst, measuredEndpoints });
      return sampleSpeed;
    },
  });
  await runActivity(() => activities.describeHost({ instances: 1 }));
  const of = { evaluationId, cycleId: running.cycle.id };
  const compared = { profileVersionId: version.id, baselineBuildId: baseline.id, candidateBuildId: candidate.id };
  await runActivity(() => activities.openEvaluation({ ...of, ...compared, alpha: 0.01, minimumGain: 0 }));
  // The third was tossed by a worker that died then: whoever goes on takes its side, not the one that it would toss.
  expect(await db.store.evaluations.recordCoin(evaluationId, 3, false)).toBe(false);
  const { manifest } = target;
  const request: PairsRequest = {
    ...of,
    manifest,
    baseline,
    candidate,
    sourceArchive: candidate.binary,
    data: null,
    heldOut: null,
    upTo: 4,
  };
  await expect(runActivity(() => activities.measurePairs(request))).rejects.toThrow('gone');
  breaksAt = 0;
  expect(await runActivity(() => activities.measurePairs(request), 2)).toMatchObject({ pairs: 4, answersDifferent: 0 });
  expect(measured).toEqual([
    [1, true],
    [2, true],
    [3, false],
    [3, false],
    [4, true],
  ]);
  expect(await runActivity(() => activities.measureSpeed(request))).toEqual(sampleSpeed);
  expect(await runActivity(() => activities.measureSpeed(request))).toEqual(sampleSpeed);
  expect(timed, 'what is stored is not measured again').toEqual([{ candidateFirst: true, measuredEndpoints: ['GET /search'] }]);
  const stored = await db.store.evaluations.pairs(evaluationId);
  expect(stored.map(({ pair }) => [pair.index, pair.candidateFirst])).toEqual([
    [1, true],
    [2, true],
    [3, false],
    [4, true],
  ]);
});
