import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { CycleStage } from '../../domain/model/cycle.ts';
import type { KeptServer } from '../../runtime/keep-up.ts';
import { begins, expectCleanEnd, killAndAwaitNext, smallManifest } from '../support/kills.ts';
import { startLoop, type Loop } from '../support/loop.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop({ manifest: smallManifest });
});
afterAll(() => loop?.stop());
beforeEach(() => loop.startTraffic(100));
afterEach(async () => void (await loop.stopTraffic()));

const outageMilliseconds = 10_000;
const limits = { timeout: 180_000 };

/** Runs one cycle, and does something as each stage begins; the cycle must succeed and production must not notice. */
async function cycleWith(stages: readonly CycleStage[], disturb: () => Promise<void>) {
  const cycleId = await loop.startCycle();
  for (const stage of stages) {
    await loop.untilEvent(cycleId, begins(stage));
    await disturb();
  }
  const cycle = await loop.ended(cycleId);
  const { failures, answered } = await loop.stopTraffic();
  expect(cycle).toMatchObject({ state: 'succeeded', error: null });
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(300);
  await expectCleanEnd(loop, cycle);
  return loop.store.cycles.events(cycleId, 0);
}

const goesAway = (server: KeptServer | null) => async () => {
  await server!.suspend();
  await delay(outageMilliseconds);
  await server!.resume();
};

it('repeats the window in which the gateway was killed, and production does not notice', limits, async () => {
  const events = await cycleWith(['windows', 'mirror-off'], () => killAndAwaitNext(loop.stack.processes.gateway));
  expect(events.map(({ message }) => message)).toContain('window 1 void: the gateway restarted');
});

it('goes on when Postgres goes away for ten seconds in windows and in the evaluation', limits, async () => {
  await cycleWith(['windows', 'evaluate'], goesAway(loop.stack.servers.postgres));
});

it('goes on when Temporal goes away for ten seconds in windows and in the evaluation', limits, async () => {
  await cycleWith(['windows', 'evaluate'], goesAway(loop.stack.servers.temporal));
});

it('brings Postgres and Temporal back when they are killed', limits, async () => {
  await cycleWith(['windows'], async () => {
    await killAndAwaitNext(loop.stack.servers.postgres!);
    await killAndAwaitNext(loop.stack.servers.temporal!);
  });
});

it('brings the API back at the same address while the cycle goes on', limits, async () => {
  const address = async () =>
    JSON.parse(await readFile(join(loop.config.dataDirectory, 'api.json'), 'utf8')) as { url: string; pid: number };
  const before = await address();
  const events = await cycleWith(['windows'], () => killAndAwaitNext(loop.stack.processes.api));
  const after = await address();
  expect(after).toMatchObject({ url: before.url, pid: loop.stack.processes.api.pid() });
  expect((await fetch(`${after.url}/health`)).status).toBe(200);
  expect(events.filter(({ state, message }) => state === 'failed' || message.includes('void'))).toEqual([]);
});
