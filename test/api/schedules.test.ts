import { afterAll, beforeAll, expect, test } from 'vitest';
import { HoneError } from '../../domain/errors.ts';
import { makeTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await makeTestApi();
});
afterAll(() => api.close());

const manifest = (schedules: string) => `target: shop
build: { command: make, binary: shop }
run: { command: ['{binary}'] }
drive: { kind: command, inputs: [{ name: one }, { name: two, heldOut: true }] }
schedules: ${schedules}
`;

const register = (schedules: string) =>
  api.query(
    `mutation ($manifest: String!) { registerTarget(directory: "/shop", manifest: $manifest) {
      ... on Target { schedules { name isThere changes { kind } } } ... on Failure { code message } ... on ManifestInvalid { issues { path } } } }`,
    { manifest: manifest(schedules) },
  );

test('a registration while Temporal is away says so; the manifest is there, and doing it again makes the schedules', async () => {
  const { apply } = api.schedules;
  const away = () => Promise.reject(new HoneError('engine-unavailable', 'Temporal does not answer.', 'See that its server runs.'));
  api.schedules.apply = away;
  const nightly = '{ nightly: { cron: "0 3 * * *" }, weekly: { calendar: [{ month: "jan-mar", dayOfWeek: sun, hour: 3 }] } }';
  expect((await register(nightly)).data).toEqual({ registerTarget: { code: 'engine-unavailable', message: 'Temporal does not answer.' } });
  expect(await api.store.targets.byName('shop')).toMatchObject({ manifest: { schedules: { nightly: { cron: '0 3 * * *' } } } });
  expect(await api.store.schedules.list({ targetId: null })).toEqual([]);
  api.schedules.apply = apply;
  const made = {
    registerTarget: { schedules: ['nightly', 'weekly'].map((name) => ({ name, isThere: true, changes: [{ kind: 'CREATED' }] })) },
  };
  expect((await register(nightly)).data).toEqual(made);
  // The same again changes nothing, and leaves no record.
  api.schedules.apply = away;
  expect((await register(nightly)).data).toEqual(made);
  api.schedules.apply = apply;
});

test('a manifest with a schedule that cannot be is refused, with the place', async () => {
  expect((await register('{ nightly: { cron: "0 3 * * *", every: 6h } }')).data).toEqual({
    registerTarget: { code: 'manifest-invalid', message: expect.any(String) as string, issues: [{ path: 'schedules.nightly.every' }] },
  });
});

test('schedules are listed in few statements, and a change needs a note', async () => {
  api.takeStatements();
  await api.query('{ schedules { name nextTimes } }');
  expect(api.takeStatements().length).toBeLessThan(4);
  const { data } = await api.query(
    `mutation { pauseSchedule(target: "shop", name: "nightly", note: " ") { ... on Failure { code message } } }`,
  );
  expect(data).toEqual({ pauseSchedule: { code: 'input-invalid', message: 'The note has 0 characters.' } });
});
