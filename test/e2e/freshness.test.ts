import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FreshnessCheck } from '../../domain/model/freshness.ts';
import { startLoop, type Loop } from '../support/loop.ts';
import { admitEverything, endOf, manifestEditor, replaced, told, twoPairs } from './tiny-target.ts';

const timeout = { timeout: 200_000 };
const policy = `
freshness:
  confirmations: 2
  refresh: { cyclesPerDay: 20, backOffHours: 0.01 }
`;

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop({ fixture: 'tiny-command', manifest: (plain) => twoPairs(admitEverything(plain)) + policy });
});
afterAll(() => loop?.stop());

const check = () => loop.freshness.check(loop.target);

function dimension({ dimensions }: FreshnessCheck, wanted: string) {
  return dimensions.find((one) => one.dimension === wanted)!;
}

async function edit(change: (code: string) => string): Promise<() => Promise<void>> {
  const path = join(loop.fixture.directory, 'main.c');
  const before = await readFile(path, 'utf8');
  await writeFile(path, change(before));
  return () => writeFile(path, before);
}

/** The end of the cycle that a check started; its version's number. */
async function versionOf({ cycleId, refresh }: FreshnessCheck): Promise<number> {
  expect(cycleId, refresh.because).not.toBeNull();
  const ran = await endOf(loop, cycleId!);
  expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded', reason: refresh.because });
  const [version] = await loop.store.profiles.byCycleIds([cycleId!]);
  return version!.number;
}

/** With an own loop for each of the two. */
describe('a service', () => {
  let service: Loop;
  beforeAll(async () => {
    // Each request is a customer's only one here: little noise hides little.
    const privacy =
      'deidentification:\n  privacy: { epsilon: 20, releasesPerEpoch: 10, maximumRequestsPerShape: 1, maximumShapesPerCustomer: 1 }';
    service = await startLoop({
      manifest: (plain) =>
        replaced(twoPairs(admitEverything(plain)), /^deidentification:$/m, privacy) +
        '\nfreshness:\n  trafficSample: { requests: 300, seconds: 20, everyHours: 0 }\n  confirmations: 1\n  refresh: { onStale: false }\n',
    });
    service.startTraffic(200);
  });
  afterAll(() => service?.stop());

  const drift = async () => dimension(await service.freshness.check(service.target), 'traffic-drift');
  const mirrorIncludes = () =>
    Promise.all([service.production!.httpInclude, service.production!.locationInclude].map((file) => readFile(file, 'utf8')));

  it('whose traffic has moved since the collection is seen to, by a sample that leaves nothing behind', timeout, async () => {
    const off = await mirrorIncludes();
    const id = await service.startCycle();
    const ran = await endOf(service, id);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded' });

    const same = await drift();
    expect(same, same.sentence).toMatchObject({ state: 'fresh' });
    expect(same.sentence).toContain('from those at collection');
    expect(await mirrorIncludes()).toEqual(off);
    expect(await service.leftovers()).toEqual([]);

    await service.stopTraffic();
    const asking = new AbortController();
    const asked = askOneThing(service.production!.url, asking.signal);
    const moved = await drift();
    asking.abort();
    expect(await asked).toBeGreaterThan(300);
    expect(moved, moved.sentence).toMatchObject({ state: 'stale' });
    expect(moved.value).toBeGreaterThan(0.3);
    expect(moved.details.join('\n')).toContain('/healthz');

    // Nobody asks anything: that is said, and what was stale stays so. Nothing is released of nothing, and so nothing is paid.
    await edited(service, 'seconds: 20', 'seconds: 1');
    expect(await drift()).toMatchObject({
      state: 'stale',
      value: null,
      sentence: expect.stringMatching(/^No request came within 1 s\. When it was last measured it was stale: /) as string,
    });
    const ledger = await service.store.privacy.list({ targetId: service.target.id }, { first: 20, after: null });
    expect(ledger.rows.map(({ row }) => row.purpose)).toEqual(['traffic-sample', 'traffic-sample', 'session-report']);
  });
});

/** One request after the other until it is stopped, each on a connection of its own: a reload ends those that are kept. Answers how many. */
async function askOneThing(url: string, signal: AbortSignal): Promise<number> {
  let asked = 0;
  while (!signal.aborted) {
    const request = get(`${url}/healthz`, { agent: false });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    await text(answer);
    asked += 1;
  }
  return asked;
}

async function edited(service: Loop, part: string, by: string): Promise<void> {
  await manifestEditor(service)((manifest) => replaced(manifest, part, by));
}

it('a target is refreshed when there is reason, and only then', timeout, async () => {
  const first = await check();
  expect(first).toMatchObject({ verdict: 'no-profile', refresh: { start: true } });
  expect(await versionOf(first)).toBe(1);

  const fresh = await check();
  expect(fresh).toMatchObject({ verdict: 'fresh', standing: 'current', refresh: { start: false }, cycleId: null });
  expect(dimension(fresh, 'code-drift')).toMatchObject({ state: 'fresh', value: 0 });
  expect(dimension(fresh, 'toolchain-drift')).toMatchObject({ state: 'fresh', value: 0 });
  expect(dimension(fresh, 'age').value).toBeLessThan(0.1);

  await edit((code) => `/* A comment is no change of the program. */\n${code}`);
  const commented = dimension(await check(), 'code-drift');
  expect(commented).toMatchObject({ state: 'fresh', value: 0 });
  expect(commented.details.at(-1)).not.toBe(dimension(fresh, 'code-drift').details.at(-1));

  const mend = await edit((code) => replaced(code, 'static bool evaluate', 'this is no C'));
  expect(dimension(await check(), 'code-drift')).toMatchObject({
    state: 'unavailable',
    sentence: expect.stringContaining('build') as string,
  });
  await mend();

  await edit((code) =>
    replaced(
      code,
      "value = value * 10 + (uint64_t)(*reader->next - '0');",
      "if (*reader->next == '0') value *= 10; else if (value < 9) value = value * 10 + (uint64_t)(*reader->next - '0'); else value = value * 10 + (uint64_t)(*reader->next - '0');",
    ),
  );
  const rising = await check();
  expect(dimension(rising, 'code-drift')).toMatchObject({ state: 'rising', checksAbove: 1 });
  expect(rising).toMatchObject({ verdict: 'fresh', cycleId: null });
  const stale = await check();
  expect(stale).toMatchObject({ verdict: 'stale', refresh: { start: true } });
  expect(dimension(stale, 'code-drift').details[0]).toMatch(/^changed: main\.c;read_\w+, \d+\.\d % of the counts$/);
  expect(await versionOf(stale)).toBe(2);

  const again = await check();
  expect(again).toMatchObject({ verdict: 'fresh' });
  expect(dimension(again, 'code-drift')).toMatchObject({ state: 'fresh', value: 0, checksAbove: 0 });
  // The older version knows another source: the newer fits best.
  const matches = await loop.freshness.match(loop.target, 10);
  const versions = await loop.store.profiles.byIds(matches.map(({ versionId }) => versionId));
  expect(matches.map(({ versionId }) => versions.find(({ id }) => id === versionId)!.number)).toEqual([2, 1]);
  expect(matches[0]!.drift).toMatchObject({ mismatchedCount: 0, goneCount: 0 });
  expect(matches[1]!.drift.mismatchedCount).toBeGreaterThan(0);
  const history = await loop.store.freshness.list({ targetId: loop.target.id }, { first: 50, after: null });
  expect(history.rows.map(({ row }) => row.verdict).toReversed()).toEqual([
    'no-profile',
    'fresh',
    'fresh',
    'fresh',
    'fresh',
    'stale',
    'fresh',
  ]);
});
