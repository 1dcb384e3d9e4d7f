import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { CycleStage } from '../../../domain/model/cycle.ts';
import { attendCycles, runCycle } from '../../../runtime/demo/cycles.ts';
import type { DemoProduction } from '../../../runtime/demo/production.ts';
import { freshStore, type TestStore } from '../../support/database.ts';
import { seed, type TargetSeed } from '../../support/seed.ts';

let database: TestStore;
let made: TargetSeed;
/** What production's clients were told, in order. */
let told: string[];
beforeAll(async () => {
  database = await freshStore();
});
afterAll(() => database?.close());
beforeEach(async () => {
  made = await seed(database.store).target();
  told = [];
});

const production: DemoProduction = {
  url: 'http://127.0.0.1:1',
  send: async (kind) => void told.push(kind),
  stopTraffic: async () => void told.push('rest'),
  stop: async () => undefined,
};
/** An engine whose cancelled cycles clean up at once, and whose new ones are open and nothing more. */
const ground = () => ({
  store: database.store,
  target: made.target,
  production,
  say: () => undefined,
  engine: {
    startCycle: async () => (await made.cycle()).cycle.id,
    cancelCycle: (_: string, id: Parameters<typeof database.store.cycles.close>[0]) => database.store.cycles.close(id, 'cancelled', null),
    progress: async () => null,
  },
});
const untilTold = (...expected: string[]) => vi.waitFor(() => expect(told).toEqual(expected), { timeout: 20_000 });

it('gives each cycle the traffic that it needs, and production a little before and after', async () => {
  const leaving = new AbortController();
  const attending = attendCycles(ground(), leaving.signal);
  await untilTold('idle');
  const { cycle, close } = await made.cycle();
  await untilTold('idle', 'training');
  let sequence = 0;
  const event = (stage: CycleStage, state: 'started' | 'progress', message = '') =>
    database.store.cycles.recordEvent({ cycleId: cycle.id, sequence: (sequence += 1), stage, state, message });
  await event('windows', 'progress', 'window 1 kept: 1,000 requests');
  await event('windows', 'progress', 'holding out requests for the evaluation');
  await untilTold('idle', 'training', 'held-out');
  await event('accept', 'started');
  await untilTold('idle', 'training', 'held-out', 'rest');
  await close('succeeded');
  await untilTold('idle', 'training', 'held-out', 'rest', 'rest', 'idle');
  leaving.abort();
  await attending;
});

it('cancels the cycle that runs when it is left', async () => {
  const leaving = new AbortController();
  const attending = attendCycles(ground(), leaving.signal);
  const { cycle } = await made.cycle();
  await untilTold('idle', 'training');
  leaving.abort();
  await attending;
  expect(await database.store.cycles.byId(cycle.id)).toMatchObject({ state: 'cancelled' });
});

it('cancels first what a demo that was killed has left running, and its own cycle when it is interrupted', async () => {
  const { cycle } = await made.cycle();
  const interrupted = new AbortController();
  let own: typeof cycle.id | undefined;
  const running = runCycle(
    ground(),
    (id) => {
      own = id;
      interrupted.abort();
    },
    interrupted.signal,
  );
  await expect(running).rejects.toMatchObject({ name: 'InterruptedError', message: expect.stringMatching(/ has ended as cancelled$/) });
  expect(own).toBeDefined();
  for (const id of [cycle.id, own!]) expect(await database.store.cycles.byId(id)).toMatchObject({ state: 'cancelled' });
});
