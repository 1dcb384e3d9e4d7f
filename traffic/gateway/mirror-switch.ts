import { HoneError } from '../../domain/errors.ts';
import type { MirrorOffBy, SessionState } from '../../domain/ports/gateway.ts';
import type { Log } from '../log.ts';
import type { Mirror, MirrorRoute } from '../mirror/mirror.ts';

export type MirrorState = Pick<SessionState, 'mirror' | 'mirrorOffBy' | 'mirrorReason'>;

/** Turns the mirror of a session on and off, one change at a time, and off by itself when nobody renews the lease. */
export interface MirrorSwitch {
  state(): MirrorState;
  on(): Promise<void>;
  /** Throws `conflict` when the mirror is off. */
  renew(): void;
  /** Throws what the mirror throws; the state is `off` even then, with the trouble as its reason. */
  off(by: MirrorOffBy): Promise<void>;
  /** Like off, for the end of a session: trouble is logged, never thrown, since the rest must still be ended. */
  end(by: MirrorOffBy): Promise<void>;
}

export interface MirrorSwitchSettings {
  readonly mirror: Mirror;
  readonly route: MirrorRoute;
  readonly leaseSeconds: number;
  readonly log: Log;
}

export function makeMirrorSwitch({ mirror, route, leaseSeconds, log }: MirrorSwitchSettings): MirrorSwitch {
  let state = offState('never-on');
  let lease: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();

  const oneAtATime = <T>(change: () => Promise<T>): Promise<T> => {
    const next = running.then(change);
    running = next.catch(() => undefined);
    return next;
  };
  const renewed = () => {
    clearTimeout(lease);
    lease = setTimeout(() => void end('lease-ran-out'), leaseSeconds * 1000);
  };
  const off = (by: MirrorOffBy) =>
    oneAtATime(async () => {
      clearTimeout(lease);
      // A mirror whose lease ran out is off on purpose from the moment that somebody asks for it.
      state = offState(by);
      try {
        await mirror.off();
      } catch (error) {
        state = offState(by, `; but ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      }
    });
  const end = (by: MirrorOffBy) =>
    off(by).catch((error: unknown) =>
      log.error({ error: String(error) }, 'the mirror was taken out of the configuration, but the proxy did not confirm it'),
    );

  return {
    state: () => state,
    on: () =>
      oneAtATime(async () => {
        if (state.mirror === 'off') await mirror.on(route);
        state = { mirror: 'on', mirrorOffBy: null, mirrorReason: 'asked' };
        renewed();
      }),
    renew() {
      if (state.mirror === 'off') {
        throw new HoneError(
          'conflict',
          `The mirror is off (${state.mirrorReason}): there is no lease to renew.`,
          'Turn the mirror on again, or end the cycle.',
        );
      }
      renewed();
    },
    off,
    end,
  };
}

function offState(mirrorOffBy: MirrorOffBy, trouble = ''): MirrorState {
  return { mirror: 'off', mirrorOffBy, mirrorReason: mirrorOffBy.replaceAll('-', ' ') + trouble };
}
