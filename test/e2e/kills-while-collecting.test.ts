import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { begins, expectCleanEnd, killWorkerAt, smallestManifest, until } from '../support/kills.ts';
import { startLoop, type Loop } from '../support/loop.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop({ manifest: (text) => smallestManifest(text).replace('leaseSeconds: 5', 'leaseSeconds: 3') });
});
afterAll(() => loop?.stop());

it('goes on when the worker is killed in any stage up to the windows', { timeout: 600_000 }, async () => {
  const cycles = await killWorkerAt(loop, ['plan', 'build-instrumented', 'deploy', 'mirror-on', 'warm-up', 'windows']);
  expect(cycles.map(({ state, error }) => ({ state, error }))).toEqual(cycles.map(() => ({ state: 'succeeded', error: null })));
  for (const cycle of cycles) await expectCleanEnd(loop, cycle);
});

it('turns the mirror off by itself while no worker lives, and ends the cycle when one is back', { timeout: 180_000 }, async () => {
  const { worker } = loop.stack.processes;
  loop.startTraffic(100);
  const cycleId = await loop.startCycle();
  await loop.untilEvent(cycleId, begins('windows'));
  process.kill(worker.pid(), 'SIGKILL');
  await worker.suspend();
  const mirror = async () => (await loop.leftovers()).filter((line) => line.startsWith('the mirror'));
  expect(await mirror()).not.toEqual([]);
  await until('the mirror is off after its lease of 3 s', 6, async () => (await mirror()).length === 0);
  await delay(1000); // production goes on without the mirror
  await worker.resume();
  const cycle = await loop.ended(cycleId);
  const { failures, answered } = await loop.stopTraffic();
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(400);
  expect(cycle).toMatchObject({ state: 'succeeded' });
  await expectCleanEnd(loop, cycle);
});
