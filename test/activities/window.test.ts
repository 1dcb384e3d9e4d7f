import { expect, test } from 'vitest';
import { windowActivities } from '../../activities/window.ts';
import type { WindowRequest } from '../../domain/contracts/host-activities.ts';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { Window } from '../../domain/model/collection.ts';
import type { SessionState } from '../../domain/ports/gateway.ts';
import { sampleEnvironment, sampleManifest } from '../support/samples.ts';
import { runActivity } from './run-activity.ts';

const state = (changes: Partial<SessionState>): SessionState =>
  ({
    gatewayStart: 'one',
    mirror: 'on',
    mirrorOffBy: null,
    mirrorReason: 'asked',
    phase: 'training',
    counters: { replayed: 0 },
    unaccounted: 0,
    ...changes,
  }) as SessionState;

/** A window over ports in memory: what the gateway says after it, and what of it is stored (also into `saved`). */
async function collect(after: Partial<SessionState>, saved: Window[] = []): Promise<Window | undefined> {
  const ports = {
    host: {
      name: 'host-a',
      resetCounters: async () => {},
      writeCounters: async () => [],
      assertRunning: async () => {},
      record: async () => ({ finish: async () => ({ environment: sampleEnvironment }), abandon: () => {} }),
    },
    gateway: { state: async () => state({}), waitUntil: async () => state(after) },
    store: {
      hosts: { lease: async () => true },
      windows: {
        save: async (window: Window) => {
          saved.push(window);
          return window;
        },
      },
    },
  } as unknown as Parameters<typeof windowActivities>[0];
  const request = {
    manifest: sampleManifest('shop'),
    members: [{ instance: { instanceId: 'i' } }, { instance: { instanceId: 'j' } }],
    sessionId: asId<SessionId>('s'),
    index: 1,
    attempt: 1,
  } as unknown as WindowRequest;
  await runActivity(() => windowActivities(ports, (_key, work) => work()).collectWindow(request));
  return saved[0];
}
const replayed = (count: number) => ({ counters: { replayed: count } }) as Partial<SessionState>;

test('a window whose books are even is kept', async () => {
  expect(await collect({ ...replayed(1000), unaccounted: 3 })).toMatchObject({ kept: true, rejections: [] });
});

test('a window whose books are not even is rejected, and says by how much', async () => {
  expect(await collect({ ...replayed(1000), unaccounted: 40 })).toMatchObject({
    kept: false,
    rejections: [expect.stringContaining('40 mirrored requests are unaccounted for')],
  });
});

test.each([
  ['stopped-by-hand', 'stopped by hand: checkout is slow', 'mirror-stopped'],
  ['guard', 'guard: 40 of 1000 answers were 5xx', 'production-disturbed'],
] as const)('a window in which the mirror went off by %s ends with the reason', async (mirrorOffBy, mirrorReason, code) => {
  await expect(collect({ ...replayed(900), mirror: 'off', mirrorOffBy, mirrorReason })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(mirrorReason),
  });
});

test('a mirror whose lease ran out does not end a window that has its requests', async () => {
  expect(await collect({ ...replayed(1000), mirror: 'off', mirrorOffBy: 'lease-ran-out' })).toMatchObject({ kept: true });
});

// The sample manifest asks for 1000 requests in a window.
test.each([100, 640])('a window that its time limit ended with %d of its 1000 requests is kept, with the number it has', async (count) => {
  expect(await collect(replayed(count))).toMatchObject({ kept: true, rejections: [], requests: count });
});

test.each([10, 99])('a window that its time limit ended with %d of its 1000 requests fails, and nothing of it is stored', async (count) => {
  const saved: Window[] = [];
  await expect(collect(replayed(count), saved)).rejects.toMatchObject({
    code: 'window-empty',
    message: expect.stringMatching(new RegExp(`^Only ${count} requests were replayed within \\d+ s\\.$`)),
  });
  expect(saved).toEqual([]);
});
