import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../support/seed.ts';
import { makeTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
let version: number;
beforeAll(async () => {
  api = await makeTestApi();
  const verbs = await seed(api.store).target('shop');
  ({
    version: { number: version },
  } = await verbs.loop());
  await seed(api.store).target('untouched');
});
afterAll(() => api.close());

const checkFields = `verdict standing sentence at version { number } cycle { id } refresh { start because notBefore }
  dimensions { dimension state value unit threshold checksAbove trendPerDay sentence details }`;

test('a check that is asked for is answered whole, and is the target’s last one from then on', async () => {
  const before = await api.query('{ target(name: "shop") { freshness { verdict } } }');
  expect(before.data.target.freshness).toBeNull();
  const { data, errors } = await api.query(
    `mutation { checkFreshness(target: "shop") { __typename ... on FreshnessCheck { ${checkFields} } } }`,
  );
  expect(errors).toBeUndefined();
  const check = data.checkFreshness;
  expect(check).toMatchObject({ __typename: 'FreshnessCheck', version: { number: version }, standing: 'CURRENT', cycle: null });
  expect(check.dimensions).toHaveLength(6);
  expect(check.dimensions[1]).toEqual({
    dimension: 'CODE_DRIFT',
    state: 'UNAVAILABLE',
    value: null,
    unit: 'share',
    threshold: 0.05,
    checksAbove: 0,
    trendPerDay: null,
    sentence: 'There is no compiler here.',
    details: [],
  });
  const after = await api.query(`{ target(name: "shop") { freshness { ${checkFields} } } }`);
  expect({ __typename: 'FreshnessCheck', ...after.data.target.freshness }).toEqual(check);
});

test('of many targets, without a statement for each', async () => {
  api.takeStatements();
  const { data } = await api.query('{ targets(first: 10) { edges { node { name freshness { verdict } } } } }');
  expect(api.takeStatements()).toHaveLength(2);
  expect(data.targets.edges.map(({ node }: { node: { name: string; freshness: { verdict: string } | null } }) => node)).toEqual([
    { name: 'untouched', freshness: null },
    { name: 'shop', freshness: { verdict: 'FRESH' } },
  ]);
});

test('the history, newest first, page by page', async () => {
  await api.query('mutation { checkFreshness(target: "shop") { __typename } }');
  const page = (after: string | null) =>
    api.query(
      'query($after: String) { freshnessChecks(target: "shop", first: 1, after: $after) { edges { node { at } } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
  const first = (await page(null)).data.freshnessChecks;
  const second = (await page(first.pageInfo.endCursor)).data.freshnessChecks;
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
  expect(first.edges[0].node.at > second.edges[0].node.at).toBe(true);
});

test('of a target that nobody knows', async () => {
  const { data } = await api.query('mutation { checkFreshness(target: "nobody") { __typename ... on NotFound { message } } }');
  expect(data.checkFreshness).toEqual({ __typename: 'NotFound', message: 'There is no target "nobody".' });
});
