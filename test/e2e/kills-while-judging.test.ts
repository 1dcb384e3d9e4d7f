import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectCleanEnd, killWorkerAt, smallManifest } from '../support/kills.ts';
import { startLoop, type Loop } from '../support/loop.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop({ manifest: smallManifest });
});
afterAll(() => loop?.stop());

it('goes on when the worker is killed in any stage from the end of the windows', { timeout: 600_000 }, async () => {
  const cycles = [
    ...(await killWorkerAt(loop, ['stop', 'merge', 'mirror-off', 'publish', 'build-optimised', 'evaluate', 'offer-release'])),
    ...(await killWorkerAt(loop, ['accept'])),
  ];
  expect(cycles.map(({ state, error }) => ({ state, error }))).toEqual(cycles.map(() => ({ state: 'succeeded', error: null })));
  for (const cycle of cycles) await expectCleanEnd(loop, cycle);
});
