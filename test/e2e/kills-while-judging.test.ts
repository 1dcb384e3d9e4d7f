import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StressId } from '../../domain/ids.ts';
import type { StressWindow } from '../../domain/model/stress.ts';
import { expectCleanEnd, killAndAwaitNext, killWorkerAt, smallManifest } from '../support/kills.ts';
import { startLoop, type Loop } from '../support/loop.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop({ manifest: (text) => smallManifest(text).replace('speedRequests: 0', 'speedRequests: 40') });
});
afterAll(() => loop?.stop());

// The stages behind a verdict are in promotion.test.ts: it takes more pairs than these cycles have.
it('goes on when the worker is killed in any stage from the end of the windows', { timeout: 600_000 }, async () => {
  const cycles = [
    ...(await killWorkerAt(loop, ['stop', 'merge', 'mirror-off', 'publish', 'build-optimised', 'evaluate'])),
    ...(await killWorkerAt(loop, ['accept'])),
  ];
  expect(cycles.map(({ state, error }) => ({ state, error }))).toEqual(cycles.map(() => ({ state: 'succeeded', error: null })));
  for (const cycle of cycles) await expectCleanEnd(loop, cycle);
});

it('takes throughput and latency anew when the worker is killed meanwhile', { timeout: 240_000 }, async () => {
  loop.startTraffic(100);
  const id = await loop.startCycle('a kill while throughput is measured');
  await loop.untilEvent(id, ({ message }) => message === 'throughput and latency, one build at a time');
  await killAndAwaitNext(loop.stack.processes.worker);
  const cycle = await loop.ended(id);
  expect((await loop.stopTraffic()).failures).toEqual([]);
  expect(cycle).toMatchObject({ state: 'succeeded', error: null });
  const [evaluation] = await loop.store.evaluations.byCycleIds([id]);
  expect(evaluation!.speed).toMatchObject({ baseline: { latencyRequests: 40, lost: 0 }, candidate: { latencyRequests: 40, lost: 0 } });
  await expectCleanEnd(loop, cycle);
});

/** Replays the newest corpus against the newest baseline. */
async function replay(rate: string, seconds: number | null): Promise<StressId> {
  const { rows } = await loop.store.cycles.list({ targetId: loop.target.id }, { first: 50, after: null });
  const corpora = await loop.store.cycles.corporaOf(rows.map(({ row }) => row.id));
  const { cycleId } = corpora.at(-1)!;
  const [baseline] = (await loop.store.builds.list({ targetId: loop.target.id, kind: 'baseline' }, { first: 1, after: null })).rows;
  return loop.stress.start(loop.target, { cycleId, buildId: baseline!.row.id, order: { rate, seconds, untilSaturation: false } });
}

/** The first state of the window that fits. */
async function untilStress(id: StressId, fits: (window: StressWindow) => boolean): Promise<StressWindow> {
  for await (const window of loop.store.stress.follow(id, AbortSignal.timeout(90_000))) if (fits(window)) return window;
  throw new Error(`It never came to that: ${JSON.stringify(await loop.store.stress.byId(id))}`);
}
const isOver = ({ state }: StressWindow) => state !== 'running';

it('replays a corpus faster than it was recorded, and nobody else has the host meanwhile', { timeout: 120_000 }, async () => {
  const id = await replay('3x', 5);
  await untilStress(id, ({ progress }) => progress !== null);
  await expect(replay('3x', 5)).rejects.toMatchObject({ code: 'host-busy', message: expect.stringContaining(id) as string });
  const { state, error, result, measure } = await untilStress(id, isOver);
  expect({ state, error }).toEqual({ state: 'succeeded', error: null });
  const { recording, askedPerSecond, outcomes, requests, end } = result!;
  expect(askedPerSecond).toBeCloseTo(recording.perSecond! * 3);
  expect(requests / (askedPerSecond * 5)).toBeGreaterThan(0.5);
  expect(outcomes['2xx']! / requests).toBeGreaterThan(0.9);
  expect(end).toBe('time-over');
  expect(measure!.cpuNanoseconds).toBeGreaterThan(0);
  expect(measure!.environment.summary.seconds).toBeGreaterThan(4);
  expect(await loop.leftovers()).toEqual([]);
});

it('a stress window ends with its worker, and when it is cancelled; nothing is left running', { timeout: 240_000 }, async () => {
  const killed = await replay('3x', 120);
  await untilStress(killed, ({ progress }) => progress !== null);
  await killAndAwaitNext(loop.stack.processes.worker);
  expect(await untilStress(killed, isOver)).toMatchObject({ state: 'failed', result: null, error: { code: 'engine-unavailable' } });
  expect(await loop.leftovers()).toEqual([]);

  const cancelled = await replay('3x', 120);
  await untilStress(cancelled, ({ progress }) => progress !== null);
  await loop.stress.cancel(cancelled);
  expect(await untilStress(cancelled, isOver)).toMatchObject({ state: 'cancelled', error: null });
  expect(await loop.leftovers()).toEqual([]);
});
