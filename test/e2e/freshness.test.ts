import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FreshnessCheck } from '../../domain/model/freshness.ts';
import { startLoop, type Loop } from '../support/loop.ts';
import { admitEverything, endOf, replaced, told, twoPairs } from './tiny-target.ts';

const timeout = { timeout: 200_000 };
const policy = `
freshness:
  confirmations: 2
  refresh: { cyclesPerDay: 20, backOffHours: 0.01 }
`;

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop({ fixture: 'tiny-command', manifest: (text) => twoPairs(admitEverything(text)) + policy });
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
