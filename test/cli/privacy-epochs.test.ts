import { afterAll, beforeAll, expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import { seed } from '../support/seed.ts';
import { serveApi, type ServedApi } from './support/served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.close());

test('hone privacy epochs and rotate: the epochs, what became of their keys, and an end by hand', async () => {
  const verbs = await seed(api.store).target('shop');
  expect((await api.hone('privacy', 'epochs', 'shop')).stdout).toMatch(/^No epoch of shop has begun/);
  const running = await verbs.cycle();
  await running.corpus();
  await api.store.epochs.enter(verbs.target.id, asId<SessionId>(running.cycle.id), new Date());

  const early = await api.hone('privacy', 'rotate', 'shop', '--reason', 'a disk was sold');
  expect(early.stdout).toMatch(/^Epoch 1 of shop has ended; epoch 2 runs until .*, with the rest of the budget\.$/m);
  expect(early.stdout).toMatch(/^The key of epoch 1 is not destroyed yet: A cycle that began in the epoch still runs\.$/m);
  expect(JSON.parse((await api.hone('--json', 'privacy', 'epochs', 'shop')).stdout)).toMatchObject({
    target: 'shop',
    epochs: [
      { index: 2, state: 'running', corpora: 0 },
      { index: 1, state: 'ended', corpora: 1, cutBecause: 'a disk was sold', destroyedAt: null },
    ],
  });

  await running.close('failed');
  const late = await api.hone('privacy', 'rotate', 'shop');
  expect(late.code).toBe(0);
  expect(late.stdout).toMatch(/^The key of epoch 2 was destroyed at /m);
  const { stdout } = await api.hone('privacy', 'epochs', 'shop');
  expect(stdout).toMatch(/^EPOCH +FROM +TO +STATE +KEY MADE +KEY DESTROYED +CORPORA +WHY +ID$/m);
  expect(stdout).toMatch(/^ +1 .* destroyed .* 1 +rotated by hand: a disk was sold +[0-9a-f-]{36}$/m);
  expect(stdout).toMatch(/^ +3 .* running .* 0 +- +[0-9a-f-]{36}$/m);

  const none = await api.hone('privacy', 'rotate', 'nobody');
  expect(none.stderr).toContain('There is no target "nobody"');
  expect(none.code).not.toBe(0);
});
