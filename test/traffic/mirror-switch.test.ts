import { expect, test } from 'vitest';
import { makeGatewayActivities } from '../../activities/gateway.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { GatewayPort, SessionState } from '../../domain/ports/gateway.ts';
import type { KillSwitch } from '../../traffic/gateway/kill-switch.ts';
import { reportCryptography } from '../../traffic/audit/cryptography.ts';
import { makeMirrorSwitch, type MirrorSwitch } from '../../traffic/gateway/mirror-switch.ts';
import type { Mirror } from '../../traffic/mirror/mirror.ts';
import { runActivity } from '../activities/run-activity.ts';
import { eventually, silent } from './support.ts';

const route = { intakeSocket: '/nowhere', answersPort: 1 } as unknown as Parameters<Mirror['on']>[0];
const noOrder: KillSwitch = { order: () => null, watch: () => () => {} };
const trouble = new HoneError('mirror-unavailable', 'nginx cannot be reloaded', 'Mend it.');

/** A mirror in memory, counting how often it was turned on; `off` may fail. */
function given({ leaseSeconds = 30, offFails = false } = {}) {
  const seen = { on: 0 };
  const mirror: Mirror = {
    prepare: async () => {},
    on: async () => void (seen.on += 1),
    off: async () => {
      if (offFails) throw trouble;
    },
  };
  return { seen, mirror: makeMirrorSwitch({ mirror, route, leaseSeconds, killSwitch: noOrder, guard: null, log: silent }) };
}

/** Lets the cycle's long call hold the mirror until it has been answered so many times. */
async function hold(mirror: MirrorSwitch, times: number): Promise<void> {
  let answers = 0;
  const answer = async () => {
    if (++answers > times) throw new HoneError('not-found', 'enough', 'stop');
    return { ...mirror.state(), counters: { received: 0 } } as SessionState;
  };
  const gateway = {
    renewLease: async () => {
      mirror.renew();
      return answer();
    },
    state: answer,
    mirrorOn: async () => {
      await mirror.on();
      return answer();
    },
  } as unknown as GatewayPort;
  const activities = makeGatewayActivities({ gateway, store: undefined as never, cryptography: reportCryptography });
  const held = runActivity(() => activities.holdMirror({ sessionId: asId<SessionId>('held'), leaseSeconds: 0.03 }));
  await expect(held).rejects.toMatchObject({ code: 'not-found' });
}

test('a mirror whose lease ran out and that was then asked to be off stays off', async () => {
  const { mirror, seen } = given({ leaseSeconds: 0.02 });
  await mirror.on();
  await eventually(() => mirror.state().mirror === 'off', 'the lease to run out');
  expect(mirror.state()).toMatchObject({ mirrorOffBy: 'lease-ran-out', mirrorReason: 'lease ran out' });
  await mirror.off('asked');
  expect(mirror.state()).toMatchObject({ mirrorOffBy: 'asked' });
  await hold(mirror, 3);
  expect(seen.on).toBe(1);
});

test('trouble while a mirror is turned off changes the words for people, not why it is off', async () => {
  const { mirror, seen } = given({ offFails: true });
  await mirror.on();
  await mirror.end('session-closed');
  const off = { mirror: 'off', mirrorOffBy: 'session-closed', mirrorReason: 'session closed; but nginx cannot be reloaded' };
  expect(mirror.state()).toEqual(off);
  await hold(mirror, 3);
  expect(seen.on).toBe(1);
});

test('a mirror whose lease alone ran out is turned on again by the cycle that wants it', async () => {
  const { mirror, seen } = given({ leaseSeconds: 0.02 });
  await mirror.on();
  await eventually(() => mirror.state().mirror === 'off', 'the lease to run out');
  await hold(mirror, 2);
  expect(seen.on).toBe(2);
  await mirror.end('session-closed');
});
