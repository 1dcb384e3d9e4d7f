import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startLoop, type Loop } from '../support/loop.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';
import { admitEverything, endOf, twoPairs, told } from './tiny-target.ts';

let folder: string;
let disk: SmallDisk | undefined;
let loop: Loop | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-full-'));
  disk = await mountSmallDisk(folder, 700);
  loop = await startLoop({ folder, manifest: (text) => twoPairs(admitEverything(text)) });
});
afterAll(async () => {
  await disk?.makeRoom();
  await loop?.stop();
  await disk?.unmount();
  await rm(folder, { recursive: true, force: true });
});

it(
  'of everything at once (database, engine, gateway, logs) ends processes, and is overcome when somebody makes room',
  { timeout: 240_000 },
  async () => {
    const { said } = loop!;
    loop!.startTraffic(150);
    const id = await loop!.startCycle();
    await loop!.untilEvent(id, ({ stage, state }) => stage === 'windows' && state === 'started');
    await disk!.fill();
    const failedStarts = () => said.filter((line) => line.startsWith('gateway did not start'));
    await vi.waitUntil(() => failedStarts().length >= 2, { timeout: 60_000, interval: 50 });
    await disk!.makeRoom();
    const ran = await endOf(loop!, id);
    // Every window that ends is kept (`admitEverything`), so that there is no other end than this.
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded', error: null });
    const versions = await loop!.store.profiles.byCycleIds([id]);
    expect(versions).toMatchObject([{ acceptance: { accepted: true } }]);
  },
);
