import { afterAll, beforeAll, expect, test } from 'vitest';
import { payForReport } from '../../activities/privacy-budget.ts';
import { asId, type SessionId } from '../../domain/ids.ts';
import { seed } from '../support/seed.ts';
import { type ServedApi, serveApi } from './support/served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

test('hone privacy budget: the epoch, what is spent and left, and the ledger', async () => {
  const verbs = await seed(api.store).target('shop');
  const before = await api.hone('privacy', 'budget', 'shop');
  expect(before).toMatchObject({ code: 0 });
  expect(before.stdout).toContain('Nothing has been released yet.');
  expect(before.stderr).toContain('hone refresh shop');

  const { cycle } = await verbs.cycle();
  await payForReport(api.store, { target: verbs.target, sessionId: asId<SessionId>(cycle.id) }, new Date());
  const { stdout, stderr, code } = await api.hone('privacy', 'budget', 'shop');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^protects +everything that one customer sent within one epoch$/m);
  expect(stdout).toMatch(/^epoch +1, \d{4}-\d\d-\d\d [\d:]+Z to \d{4}-\d\d-\d\d [\d:]+Z$/m);
  expect(stdout).toMatch(/^budget +epsilon 8 at delta 0\.000001, rho 1\.\d{6}$/m);
  expect(stdout).toMatch(/^spent +epsilon [12]\.\d\d, rho 0\.0\d{5} \(7\.1 %\)$/m);
  expect(stdout).toMatch(/^releases +1 made, 13 left$/m);
  expect(stdout).toMatch(new RegExp(`^\\d{4}-\\S+ [\\d:]+Z +1 +0\\.\\d{6} +session-report +${cycle.id}$`, 'm'));
  expect(stderr).toContain(`hone cycle show ${cycle.id}`);

  const answer = await api.hone('privacy', 'budget', 'shop', '--json');
  expect(JSON.parse(answer.stdout)).toMatchObject({
    target: 'shop',
    epoch: 1,
    releases: 1,
    ledger: [{ sessionId: cycle.id, purpose: 'session-report', epoch: 1 }],
  });
});

test('a target that is not there', async () => {
  expect(await api.hone('privacy', 'budget', 'nobody')).toMatchObject({ code: 3 });
});
