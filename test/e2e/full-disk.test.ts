import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startLoop, type Loop } from '../support/loop.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';
import { admitEverything, endOf, replaced, twoPairs, told } from './tiny-target.ts';

let folder: string;
let disk: SmallDisk | undefined;
let loop: Loop | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-full-'));
  disk = await mountSmallDisk(folder, 700);
  // Beside other loops on two cores production itself fails now and then: that is not what this test is about.
  const lenient = (text: string) => replaced(text, 'minimumFunctions: 5', 'minimumFunctions: 5\n  minimumStatusAgreement: 0.5');
  loop = await startLoop({ folder, manifest: (text) => lenient(twoPairs(admitEverything(text))) });
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
    const versions = await loop!.store.profiles.byCycleIds([id]);
    // Every window that ends is kept (`admitEverything`), so that there is no other end than this.
    const seen = `${told(ran)}\n${JSON.stringify(versions[0]?.acceptance.replay)}\n${said.join('\n')}`;
    expect(ran.cycle, seen).toMatchObject({ state: 'succeeded', error: null });
    expect(versions).toMatchObject([{ acceptance: { accepted: true } }]);
  },
);
