import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { payForReport } from '../../activities/privacy-budget.ts';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { Target } from '../../domain/model/target.ts';
import { epochOf, privacyOffer } from '../../domain/privacy/offer.ts';
import { seed } from '../support/seed.ts';
import { makeTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
let target: Target;
beforeAll(async () => {
  api = await makeTestApi();
  const verbs = await seed(api.store).target('shop');
  ({ target } = verbs);
  const { cycle } = await verbs.cycle();
  for (let release = 0; release < 3; release += 1) {
    await payForReport(api.store, { target, sessionId: asId<SessionId>(release === 0 ? cycle.id : randomUUID()) }, new Date());
  }
  await seed(api.store).target('untouched');
});
afterAll(() => api.close());

const selection =
  'epoch startsAt endsAt epsilon delta epsilonSpent thresholdDeltaSpent budgetMicroRho spentMicroRho leftMicroRho releases releasesLeft';

test('the budget of the epoch that runs, of one target', async () => {
  const { data, errors } = await api.query(`{ target(name: "shop") { privacyBudget { ${selection} } } }`);
  expect(errors).toBeUndefined();
  const { total, perRelease } = privacyOffer(target, epochOf(target, null, new Date()));
  const budget = data.target.privacyBudget;
  expect(budget).toMatchObject({
    epoch: 1,
    startsAt: target.createdAt,
    epsilon: 8,
    delta: 1e-6,
    budgetMicroRho: total.microRho,
    spentMicroRho: 3 * perRelease.microRho,
    leftMicroRho: total.microRho - 3 * perRelease.microRho,
    releases: 3,
    releasesLeft: 11,
  });
  expect(budget.epsilonSpent).toBeGreaterThan(1);
  expect(budget.epsilonSpent).toBeLessThan(8);
  expect(budget.thresholdDeltaSpent).toBeCloseTo((3 / 14) * 0.5e-6, 12);
});

test('of many targets, without a statement for each', async () => {
  api.takeStatements();
  const { data } = await api.query(
    '{ targets(first: 10) { edges { node { name privacyBudget { releases releasesLeft epsilonSpent } } } } }',
  );
  expect(api.takeStatements()).toHaveLength(4);
  expect(data.targets.edges.map(({ node }: { node: { name: string; privacyBudget: object } }) => [node.name, node.privacyBudget])).toEqual([
    ['untouched', { releases: 0, releasesLeft: 14, epsilonSpent: 0 }],
    ['shop', { releases: 3, releasesLeft: 11, epsilonSpent: expect.any(Number) as number }],
  ]);
});

test('the ledger, newest first, page by page', async () => {
  const page = (after: string | null) =>
    api.query(
      `query($after: String) { privacySpends(target: "shop", first: 2, after: $after) {
        edges { node { rawId sessionId purpose epoch microRho thresholdDelta budgetMicroRho createdAt target { name } } }
        pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
  const first = (await page(null)).data.privacySpends;
  const second = (await page(first.pageInfo.endCursor)).data.privacySpends;
  expect([first.edges.length, first.pageInfo.hasNextPage, second.edges.length, second.pageInfo.hasNextPage]).toEqual([2, true, 1, false]);
  const { perRelease } = privacyOffer(target, epochOf(target, null, new Date()));
  for (const { node } of [...first.edges, ...second.edges]) {
    expect(node).toMatchObject({ purpose: 'session-report', epoch: 1, microRho: perRelease.microRho, target: { name: 'shop' } });
  }
  const { errors } = await api.query('{ privacySpends(target: "nobody", first: 2) { edges { node { rawId } } } }');
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'target-not-found' });
});
