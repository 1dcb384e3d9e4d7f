import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeTrafficSampleActivities } from '../../activities/index.ts';
import { payForReport } from '../../activities/privacy-budget.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type SessionId } from '../../domain/ids.ts';
import { freshnessSchema } from '../../domain/manifest/freshness-schema.ts';
import { manifestSchema } from '../../domain/manifest/schema.ts';
import type { Target } from '../../domain/model/target.ts';
import type { GatewayPort, SessionState } from '../../domain/ports/gateway.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { digestOf, sampleCounters, sampleManifest, samplePrivacyReport } from '../support/samples.ts';
import { seed } from '../support/seed.ts';
import { runActivity } from './run-activity.ts';

let db: TestStore;
let calls: string[];
let target: Target;
beforeAll(async () => void (db = await freshStore()));
afterAll(() => db.close());
beforeEach(async () => {
  calls = [];
  target = await register({ requests: 100, seconds: 1 });
});

const newId = () => asId<SessionId>(randomUUID());
const longAgo = '2020-01-01T00:00:00.000Z';

async function register(trafficSample: object, name = `sampled-${randomUUID().slice(0, 8)}`): Promise<Target> {
  const plain = sampleManifest(name);
  const mirror = { configuration: 'nginx.conf', httpInclude: 'http.conf', locationInclude: 'location.conf' };
  const manifest = manifestSchema.parse({ ...plain, mirror, freshness: freshnessSchema.parse({ trafficSample }) });
  return db.store.targets.register({ name, directory: `/srv/${name}`, manifest, manifestDigest: digestOf(name) });
}

/** A gateway that has seen so many requests whenever it is asked. */
function gatewayWith(deidentified: number, overrides: Partial<GatewayPort> = {}): GatewayPort {
  const state = { mirror: 'on', mirrorOffBy: null, mirrorReason: 'asked', counters: { ...sampleCounters, deidentified } } as SessionState;
  const note = <Result>(call: string, result: Result) => {
    calls.push(call);
    return Promise.resolve(result);
  };
  const key = { keyId: digestOf('key'), publicKey: 'public' };
  return {
    openSession: () => note('open', { reportKey: key, epochKeyMadeAt: new Date().toISOString() }),
    setPhase: () => note('phase', state),
    mirrorOn: () => note('on', state),
    renewLease: () => Promise.resolve(state),
    mirrorOff: () => note('off', state),
    closeSession: (_id: SessionId, grant: object) => {
      calls.push(`close ${JSON.stringify(grant).slice(0, 15)}`);
      return Promise.reject(new HoneError('batch-refused', 'The fake gateway signs nothing.', 'See.'));
    },
    discardSession: () => note('discard', undefined),
    ...overrides,
  } as unknown as GatewayPort;
}

function activitiesWith(gateway: GatewayPort) {
  return makeTrafficSampleActivities({ store: db.store, gateway, cryptography: undefined as never, country: null });
}

function sample(gateway: GatewayPort, id = newId(), of = target, notBefore = longAgo) {
  return runActivity(() => activitiesWith(gateway).sampleTraffic({ id, targetId: of.id, notBefore }));
}

const spent = async () => (await db.store.privacy.list({ targetId: target.id }, { first: 50, after: null })).rows.length;
const taken = async (id: SessionId) => {
  await db.store.samples.begin(id, target.id, new Date(Date.now() + 60_000));
  await db.store.samples.end(id, { requests: 900, release: samplePrivacyReport.release!, report: 'signed' });
};

test('a target that nobody asks anything costs no budget, and leaves no session', async () => {
  expect(await sample(gatewayWith(0))).toEqual({ unavailable: 'No request came within 1 s.' });
  expect(calls).toEqual(['open', 'phase', 'on', 'off', 'discard']);
  expect(await spent()).toBe(0);
  expect(await db.store.samples.busyUntil(target.id)).toBeNull();
});

test('enough requests end it at once; what it releases is paid for first, and a report that does not hold is said', async () => {
  target = await register({ requests: 100, seconds: 60 }, target.name);
  expect(await sample(gatewayWith(100))).toEqual({ unavailable: 'The fake gateway signs nothing.' });
  expect(calls).toEqual(['open', 'phase', 'on', 'off', 'close {"granted":true', 'discard']);
  expect(await spent()).toBe(1);
});

test('production is not mirrored for aggregates that could not be paid for', async () => {
  for (let session = 0; session < 14; session += 1) await payForReport(db.store, { target, sessionId: newId() }, new Date());
  expect(await sample(gatewayWith(100))).toEqual({
    unavailable: expect.stringContaining('budget of privacy of epoch 1 is spent') as string,
  });
  expect(calls).toEqual([]);
});

test.each([
  [
    'a person’s order',
    { mirrorOn: () => Promise.reject(new HoneError('mirror-stopped', 'The mirror was stopped: deploying.', 'Wait.')) },
    'The mirror was stopped: deploying.',
  ],
  [
    'no gateway',
    { openSession: () => Promise.reject(new HoneError('gateway-unreachable', 'The gateway does not answer.', 'Start it.')) },
    'The gateway does not answer.',
  ],
])('%s is what the check says of it, and nothing stays open', async (_what, overrides, sentence) => {
  expect(await sample(gatewayWith(100, overrides))).toEqual({ unavailable: sentence });
  expect(calls.at(-1)).toBe('discard');
  expect(await db.store.samples.busyUntil(target.id)).toBeNull();
});

test('a young sample serves again; one of before the version does not, nor beside a cycle', async () => {
  const last = newId();
  await taken(last);
  expect(await sample(gatewayWith(100))).toEqual({ id: last });
  expect(calls).toEqual([]);
  expect(await sample(gatewayWith(0), newId(), target, new Date(Date.now() + 1000).toISOString())).toMatchObject({
    unavailable: 'No request came within 1 s.',
  });
  const id = newId();
  await db.store.cycles.open({ id: asId(randomUUID()), targetId: target.id, workflowId: `refresh/${target.name}`, reason: 'a test' });
  const later = new Date(Date.now() + 1000).toISOString();
  expect(await sample(gatewayWith(100), id, target, later)).toEqual({ unavailable: 'A cycle of the target mirrors its requests.' });
});

test('work that is cut short can be taken up again by its id, and is given back by the workflow where it is not', async () => {
  const id = newId();
  const dying = gatewayWith(100, { renewLease: () => Promise.reject(new Error('the worker was told to end')) });
  await expect(sample(dying, id)).rejects.toThrow('the worker was told to end');
  expect(await db.store.samples.busyUntil(target.id)).not.toBeNull();
  expect(await sample(gatewayWith(0), id)).toEqual({ unavailable: 'No request came within 1 s.' });

  const other = newId();
  await expect(sample(dying, other)).rejects.toThrow('the worker was told to end');
  await activitiesWith(gatewayWith(0)).abandonSample({ id: other });
  expect(calls.at(-1)).toBe('discard');
  expect(await db.store.samples.busyUntil(target.id)).toBeNull();
});

test('a target without traffic, and one that wants no sample, say so', async () => {
  const plain = (await seed(db.store).target()).target;
  expect(await sample(gatewayWith(100), newId(), plain)).toEqual({
    unavailable: 'The target runs on recorded inputs: there is no traffic.',
  });
  const none = await register({ requests: 0 });
  expect(await sample(gatewayWith(100), newId(), none)).toEqual({
    unavailable: 'The manifest wants no sample (freshness.trafficSample.requests).',
  });
  expect(calls).toEqual([]);
});
