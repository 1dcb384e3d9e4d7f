import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CycleId } from '../../domain/ids.ts';
import { startLoop, type Loop } from '../support/loop.ts';
import { startNeighbour } from './neighbour.ts';
import { endOf, failure, twoPairs, manifestEditor, replaced, told, withCollection } from './tiny-target.ts';

/** These judge the machine itself, and disturb it: they run when nothing else does. */
const requestsPerSecond = 150;
const timeout = { timeout: 120_000 };

let loop: Loop;
let edit: ReturnType<typeof manifestEditor>;
const undo: (() => Promise<void>)[] = [];

beforeAll(async () => {
  loop = await startLoop({ manifest: twoPairs });
  edit = manifestEditor(loop);
});
beforeEach(() => loop.startTraffic(requestsPerSecond)); // anew, since it ends by itself after a while
afterEach(async () => {
  while (undo.length > 0) await undo.pop()!();
});
afterAll(() => loop?.stop());

describe('a busy neighbour', () => {
  /** On the core that the cycle's instance is pinned to, once it is deployed. */
  async function disturb(id: CycleId, loops: number): Promise<{ stop(): Promise<void> }> {
    const { message } = await loop.untilEvent(id, ({ stage, state }) => stage === 'deploy' && state === 'done');
    const neighbour = await startNeighbour(Number(/core (\d+)/.exec(message)![1]), loops);
    undo.push(() => neighbour.stop());
    return neighbour;
  }
  const limits = (foreignShare: number) =>
    `admission: { maximumStealShare: 1, maximumCpuPressure: 100, maximumForeignCpuShare: ${foreignShare}, rejectOnThrottle: false }`;

  it('that stays makes the cycle inconclusive, with each window’s reason', timeout, async () => {
    await edit(withCollection(limits(0.5)));
    const id = await loop.startCycle();
    await disturb(id, 3);
    const ran = await endOf(loop, id);
    const error = await failure(ran, 'inconclusive');
    expect(error).toMatchObject({
      code: 'windows-rejected',
      message: expect.stringContaining('3 of 3 windows on loop-host'),
      advice: expect.stringContaining('collection.admission'),
    });
    expect((error.details ?? []).join('\n')).toMatch(
      /window 1: Other processes used \d+\.\d % of the instance's core; at most 50\.0 % is allowed\./,
    );
    const windows = await loop.store.windows.ofCycle(ran.id);
    expect(windows.map(({ index, attempt, kept }) => `${index}.${attempt} ${kept}`)).toEqual(['1.1 false', '1.2 false', '1.3 false']);
    expect(await loop.store.profiles.byCycleIds([ran.id])).toEqual([]);
  });

  it('that goes away costs the windows that it disturbed, and they are not used', timeout, async () => {
    // Many short windows: what else the machine does may cost some of them too.
    await edit((manifest) => {
      const many = withCollection(limits(0.95), 'windowAttempts: 30')(replaced(manifest, 'windows: 2', 'windows: 24'));
      return replaced(many, 'requestsPerWindow: 100', 'requestsPerWindow: 40');
    });
    const id = await loop.startCycle();
    const neighbour = await disturb(id, 24);
    await loop.untilEvent(id, ({ message }) => message.startsWith('window 1 rejected'));
    await neighbour.stop();
    const ran = await endOf(loop, id);
    expect(ran.cycle, told(ran)).toMatchObject({ state: 'succeeded' });
    const windows = await loop.store.windows.ofCycle(id);
    const rejected = windows.filter(({ kept }) => !kept);
    expect(rejected[0]).toMatchObject({ index: 1, attempt: 1 });
    expect(rejected[0]!.rejections.join()).toContain("of the instance's core");
    expect(windows.filter(({ kept }) => kept).map(({ index }) => index)).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
    const [version] = await loop.store.profiles.byCycleIds([id]);
    expect(version!.provenance.windows.filter(({ kept }) => !kept)).toHaveLength(rejected.length);
  });
});

it('no neighbour ended a process of Hone', () => {
  expect(loop.said.filter((line) => line.includes('started again'))).toEqual([]);
});
