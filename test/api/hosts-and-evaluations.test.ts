import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed } from '../support/seed.ts';
import { makeTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await makeTestApi();
});
afterAll(() => api.close());

test('a host by its name', async () => {
  const host = await seed(api.store).host('host-b');
  const { data, errors } = await api.query(`{ host(name: "host-b") { id rawId name hardwareClass lastSeenAt
    facts { hostName logicalCores cpuModel { available value source } } } }`);
  expect(errors).toBeUndefined();
  expect(data.host).toMatchObject({
    rawId: host.id,
    name: 'host-b',
    hardwareClass: 'example-2',
    lastSeenAt: host.lastSeenAt,
    facts: { hostName: 'host-b', cpuModel: { available: true, value: 'Example CPU' } },
  });
  expect((await api.query('query($id: ID!) { node(id: $id) { ... on Host { name } } }', { id: data.host.id })).data.node).toEqual({
    name: 'host-b',
  });
  expect(await api.query('{ host(name: "none") { name } }')).toEqual({ data: { host: null } });
});

test('who uses a host: the cycle that holds its lease, until that runs out or is given back', async () => {
  for (const name of ['host-free', 'host-held', 'host-over']) await seed(api.store).host(name);
  const { cycle } = await (await seed(api.store).target('leasing')).cycle();
  const earlier = await (await seed(api.store).target('leased-before')).cycle();
  expect(await api.store.hosts.lease('host-held', cycle.id, 60)).toBe(true);
  expect(await api.store.hosts.lease('host-over', earlier.cycle.id, 0)).toBe(true);
  const read = async (name: string) => {
    const { data, errors } = await api.query(
      'query($name: String!) { host(name: $name) { lease { expiresAt cycle { rawId target { name } } } } }',
      { name },
    );
    expect(errors).toBeUndefined();
    return data.host.lease as { readonly expiresAt: string } | null;
  };
  const held = await read('host-held');
  expect(held).toMatchObject({ cycle: { rawId: cycle.id, target: { name: 'leasing' } } });
  expect(Date.parse(held!.expiresAt)).toBeGreaterThan(Date.now());
  expect([await read('host-free'), await read('host-over')]).toEqual([null, null]);
  await api.store.hosts.release('host-held', cycle.id);
  expect(await read('host-held')).toBeNull();
});

test('an evaluation by UUID and by global id', async () => {
  const loop = await (await seed(api.store).target('shop')).loop();
  const read = (id: string) =>
    api.query(
      `query($id: ID!) { evaluation(id: $id) { id rawId verdict sentence alpha minimumGain pairCount startedAt endedAt
      interval { ratio low high } cycle { rawId } profileVersion { number } baseline { rawId } candidate { rawId } release { number }
      pairs { index candidateFirst } endpoints { endpoint requests } answers { compared different } } }`,
      { id },
    );
  const { data, errors } = await read(loop.evaluation.id);
  expect(errors).toBeUndefined();
  expect(data.evaluation).toMatchObject({
    rawId: loop.evaluation.id,
    verdict: 'PASS',
    sentence: 'It is a pass.',
    alpha: 0.01,
    minimumGain: 0,
    pairCount: 2,
    startedAt: loop.evaluation.startedAt,
    endedAt: loop.evaluation.endedAt,
    interval: { ratio: 1.2, low: 1.1, high: 1.3 },
    cycle: { rawId: loop.cycle.id },
    profileVersion: { number: 1 },
    baseline: { rawId: loop.baseline.id },
    candidate: { rawId: loop.candidate.id },
    release: { number: 1 },
    pairs: [
      { index: 0, candidateFirst: true },
      { index: 1, candidateFirst: false },
    ],
    endpoints: [{ endpoint: 'GET /search', requests: 100 }],
  });
  expect((await read(data.evaluation.id)).data).toEqual(data);
  expect((await read('00000000-0000-4000-8000-000000000000')).data).toEqual({ evaluation: null });
});

describe('lists are read forward only', () => {
  test.each(['targets', 'cycles', 'builds', 'profileVersions', 'releases', 'hosts'])('%s refuse last and before in words', async (list) => {
    for (const backward of ['last: 3', 'before: "x"', 'first: 3, before: "x"']) {
      const { errors } = await api.query(`{ ${list}(${backward}) { edges { cursor } } }`);
      expect(errors?.[0]).toMatchObject({
        message: 'Lists are read forward, newest first.',
        extensions: { code: 'input-invalid', advice: 'Use first and after; leave last and before out.' },
      });
    }
  });
});
