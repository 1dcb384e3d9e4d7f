import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordCheck } from '../support/freshness.ts';
import { digestOf, sampleToolchain } from '../support/samples.ts';
import { seed } from '../support/seed.ts';
import { serveApi, type ServedApi } from './support/served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

test('hone freshness: list, check, show and history, each with what to do next', async () => {
  await seed(api.store).target('bare');
  const verbs = await seed(api.store).target('shop');
  await verbs.loop();
  const empty = await api.hone('freshness', 'show', 'shop');
  expect(empty.stdout).toBe('shop was never checked.\n');
  expect(empty.stderr).toContain('hone freshness check shop');

  const checked = await api.hone('freshness', 'check', 'shop');
  expect(checked.code).toBe(0);
  expect(checked.stdout).toMatch(/^verdict +fresh$/m);
  expect(checked.stdout).toMatch(/^DIMENSION +STATE +VALUE +LIMIT +PER DAY +WHY$/m);
  expect(checked.stdout).toMatch(/^code-drift +unavailable +- +5\.0 % +- +There is no compiler here\.$/m);
  expect(checked.stdout).toMatch(/^age +fresh +\d+\.\d d +30\.0 d +- +The last window ended /m);

  const code = {
    source: { digest: digestOf('now'), files: 3 },
    toolchain: sampleToolchain,
    totalCount: 1000,
    mismatchedCount: 250,
    goneCount: 0,
    mismatchedFunctions: 1,
    goneFunctions: 0,
    newFunctions: 2,
    heaviest: [{ name: 'parse', what: 'mismatched' as const, count: 250 }],
  };
  for (let times = 0; times < 2; times += 1) await recordCheck(api.store, verbs.target.id, { code });
  const stale = await api.hone('freshness', 'show', 'shop');
  expect(stale.stdout).toMatch(/^verdict +stale$/m);
  expect(stale.stdout).toMatch(/^ {2}changed: parse, 25\.0 % of the counts$/m);

  const all = await api.hone('freshness', 'list');
  expect(all.stdout).toMatch(/^bare +never checked +- +- +- +-$/m);
  expect(all.stdout).toMatch(/^shop +stale +1 +current +less than a minute ago +25\.0 % of the profile's counts/m);
  expect(all.stderr).toContain('hone freshness show shop');

  const history = await api.hone('freshness', 'history', 'shop');
  expect(history.stdout.split('\n')[1]).toMatch(/ +1 +stale +\d+\.\d d +25\.0 % ! +- +- +same +- +-$/);
  expect(history.stdout.trimEnd().split('\n')).toHaveLength(4);

  const json = JSON.parse((await api.hone('--json', 'freshness', 'show', 'shop')).stdout) as { verdict: string; dimensions: unknown[] };
  expect(json).toMatchObject({ verdict: 'stale' });
  expect(json.dimensions).toHaveLength(6);

  const bare = await api.hone('freshness', 'check', 'bare');
  expect(bare.stdout).toMatch(/^verdict +no-profile$/m);
  expect(bare.stdout).toMatch(/^refresh +asked for$/m);
});

test('a target that nobody knows', async () => {
  const none = await api.hone('freshness', 'check', 'nobody');
  expect(none.stderr).toContain('There is no target "nobody"');
  expect(none.code).not.toBe(0);
});

test('hone profile match: the versions by how they fit the source as it is now, the best first', async () => {
  const verbs = await seed(api.store).target('branches');
  const none = await api.hone('profile', 'match', 'branches');
  expect(none.stdout).toBe('branches has no version that is not rejected.\n');
  await verbs.loop();
  await verbs.loop();
  const { stdout, stderr, code } = await api.hone('profile', 'match', 'branches');
  expect(code).toBe(0);
  const [head, best, second] = stdout.split('\n');
  expect(head).toMatch(/^VERSION +STATE +LOST +CHANGED +GONE +NEW +HEAVIEST$/);
  expect(best).toMatch(/^ +2 +\S+ +0\.0 % +0 +0 +2 +-$/);
  expect(second).toMatch(/^ +1 +\S+ +10\.0 % +1 +0 +2 +parse 10\.0 %$/);
  expect(stderr).toContain('hone profile download branches 2');
  expect((await api.hone('profile', 'match', 'branches', '--versions', '51')).stderr).toContain('Ask for 1 to 50.');
});
