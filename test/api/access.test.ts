import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HoneError } from '../../domain/errors.ts';
import { address, makeTestApi, type TestApi, token } from './support/api.ts';

let api: TestApi;
let broken: 'no' | 'unexpected' | 'expected' = 'no';

beforeAll(async () => {
  api = await makeTestApi((store) => ({
    ...store,
    targets: {
      ...store.targets,
      byName: async (name) => {
        if (broken === 'unexpected') throw new TypeError('secret: cannot read properties of undefined');
        if (broken === 'expected')
          throw new HoneError('store-unavailable', 'Postgres does not answer.', 'Start it.', { details: ['a line'] });
        return store.targets.byName(name);
      },
    },
  }));
});
afterAll(() => api.close());

describe('deny by default', () => {
  const bodies = {
    query: '{ targets { edges { node { name } } } }',
    introspection: '{ __schema { queryType { name } } }',
    typename: '{ __typename }',
    mutation: 'mutation { startRefreshCycle(target: "a", reason: "b") { __typename } }',
    subscription: 'subscription { cycleProgress(cycle: "x") { sequence } }',
  };

  test.each(Object.entries(bodies))('%s without a token, or with a wrong one, is refused with 401', async (_name, query) => {
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Basic ${token}` },
      { authorization: `Bearer ${token}x` },
    ]) {
      const request = new Request(`${address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers } as Record<string, string>,
        body: JSON.stringify({ query }),
      });
      const response = await api.fetch(request);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
      const { error } = (await response.json()) as { error: { code: string; advice: string } };
      expect(error.code).toBe('not-permitted');
      expect(error.advice).toContain('.hone/token');
    }
  });

  test('artefacts, GraphiQL and unknown paths need the token too; none serves a page', async () => {
    for (const path of [`/artefacts/${'a'.repeat(64)}`, '/graphql', '/', '/nothing']) {
      expect((await api.fetch(new Request(`${address}${path}`, { headers: { accept: 'text/html' } }))).status).toBe(401);
    }
    const page = await api.get('/graphql', { accept: 'text/html' });
    expect(page.headers.get('content-type') ?? '').not.toContain('text/html');
    expect((await api.get('/nothing')).status).toBe(404);
  });

  test('with the token, introspection answers', async () => {
    expect(await api.query(bodies.introspection)).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
  });

  test('health needs no token and follows the store', async () => {
    const response = await api.fetch(new Request(`${address}/health`));
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
    expect((await api.fetch(new Request(`${address}/health`, { method: 'POST' }))).status).toBe(405);
  });
});

describe('errors', () => {
  const query = '{ target(name: "shop") { name } }';

  test('what Hone threw on purpose keeps its code, advice and details', async () => {
    broken = 'expected';
    const { errors } = await api.query(query);
    broken = 'no';
    expect(errors).toMatchObject([
      { message: 'Postgres does not answer.', extensions: { code: 'store-unavailable', advice: 'Start it.', details: ['a line'] } },
    ]);
    expect(api.logged).toEqual([]);
  });

  test('anything else is masked, and logged with the id that the caller sees', async () => {
    broken = 'unexpected';
    const { errors } = await api.query(query);
    const mutation = await api.query('mutation { startRefreshCycle(target: "shop", reason: "x") { __typename } }');
    broken = 'no';
    expect(JSON.stringify([errors, mutation])).not.toContain('secret');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'internal' });
    expect(mutation.errors?.[0]?.extensions).toMatchObject({ code: 'internal' });
    const [{ fields }] = api.logged.splice(0) as unknown as [{ fields: { errorId: string; err: Error } }];
    expect(fields.err.message).toContain('secret');
    expect(errors?.[0]?.message).toContain(fields.errorId);
  });

  test("the caller's mistakes are shown as they are", async () => {
    const { errors } = await api.query('{ nothing }');
    expect(errors?.[0]?.message).toContain('Cannot query field "nothing"');
    expect((await api.query('{ cycle(id: "nonsense") { reason } }')).errors?.[0]?.extensions).toMatchObject({ code: 'input-invalid' });
    expect((await api.query('{ node(id: "nonsense") { id } }')).errors?.[0]?.extensions).toMatchObject({ code: 'input-invalid' });
    expect((await api.query('{ targets(first: 101) { edges { cursor } } }')).errors?.[0]?.extensions).toMatchObject({
      code: 'input-invalid',
    });
    expect((await api.query('{ targets(first: 0) { edges { cursor } } }')).errors?.[0]?.extensions).toMatchObject({
      code: 'input-invalid',
    });
    expect((await api.query('{ targets(last: 3) { edges { cursor } } }')).errors?.[0]?.extensions).toMatchObject({ code: 'input-invalid' });
    expect((await api.query('{ targets(after: "x") { edges { cursor } } }')).errors?.[0]?.extensions).toMatchObject({
      code: 'input-invalid',
    });
    expect((await api.query('{ cycles(target: "none") { edges { cursor } } }')).errors?.[0]?.extensions).toMatchObject({
      code: 'target-not-found',
    });
    expect(api.logged).toEqual([]);
  });

  test('a query that nests too deep is refused, through fragments too; Relay and introspection are not', async () => {
    const levels = '{ cycle { evaluation '.repeat(6);
    const tooDeep = `{ evaluation(id: "00000000-0000-4000-8000-000000000000") ${levels}{ id }${' } }'.repeat(6)} }`;
    expect((await api.query(tooDeep)).errors?.[0]?.message).toContain('14 deep');
    const inFragments = `{ evaluation(id: "00000000-0000-4000-8000-000000000000") { ...a } }
      fragment a on Evaluation ${levels}{ id }${' } }'.repeat(6)}`;
    expect((await api.query(inFragments)).errors?.[0]?.message).toContain('14 deep');
    const cyclic = '{ targets { edges { node { ...a } } } } fragment a on Target { channels { target { ...a } } }';
    expect((await api.query(cyclic)).errors?.[0]?.message).toContain('Cannot spread fragment');
    expect((await api.query(getIntrospectionQuery())).errors).toBeUndefined();
  });
});
