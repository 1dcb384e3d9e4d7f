import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeHostActivities } from '../../activities/index.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type EvaluationId } from '../../domain/ids.ts';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import type { HostPort } from '../../domain/ports/host.ts';
import type { EvaluationStore, Store } from '../../domain/ports/store.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { sampleFacts } from '../support/samples.ts';
import { seed } from '../support/seed.ts';
import { runActivity } from './run-activity.ts';

let db: TestStore;
beforeAll(async () => void (db = await freshStore()));
afterAll(() => db.close());

/** A host that is looked at; nothing runs on it. */
const host = {
  name: 'host-a',
  facts: async () => sampleFacts,
  collectionCores: async (count: number) => [1, 0].slice(0, count),
  pairCores: async () => [0, 1],
};

/** Host activities on a store of which every call fails a number of times first, as while Postgres is away. */
function activitiesWithOutages(times: number) {
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
      host: host as unknown as HostPort,
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
