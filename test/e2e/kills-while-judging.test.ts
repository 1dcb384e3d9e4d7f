import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectCleanEnd, killWorkerAt, smallManifest } from '../support/kills.ts';
import { startLoop, type Loop } from '../support/loop.ts';

let loop: Loop;
beforeAll(async () => {
  loop = await startLoop({ manifest: smallManifest });
});
afterAll(() => loop?.stop());

it('goes on when the worker is killed in any stage from the end of the mirror', { timeout: 600_000 }, async () => {
  const cycles = await killWorkerAt(loop, [
    'mirror-off',
    'stop',
    'merge',
    'accept',
    'publish',
    'build-optimised',
    'evaluate',
    'offer-release',
  ]);
  expect(cycles.map(({ state, error }) => ({ state, error }))).toEqual(cycles.map(() => ({ state: 'succeeded', error: null })));
  for (const cycle of cycles) await expectCleanEnd(loop, cycle);
});
