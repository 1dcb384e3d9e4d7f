import type { MirrorOffBy, SessionState } from '../../domain/ports/gateway.ts';
import type { Log } from '../log.ts';
import type { Mirror, MirrorRoute } from '../mirror/mirror.ts';
import type { Guard } from './guard.ts';
import { inWords, type KillSwitch } from './kill-switch.ts';
import { disturbed, nothingToRenew, stoppedByHand, turnedOffMeanwhile } from './mirror-refusals.ts';

/** What turns a mirror off that somebody holds. */
type StoppedBy = 'stopped-by-hand' | 'guard' | 'stages-lost';

export type MirrorState = Pick<SessionState, 'mirror' | 'mirrorOffBy' | 'mirrorReason'>;

/** Turns the mirror of a session on and off, one change at a time, and off by itself when a person, the guard or the lease says so. */
export interface MirrorSwitch {
  state(): MirrorState;
  /** Throws `mirror-stopped` while a person's order stands. */
  on(): Promise<void>;
  /** Throws `conflict` when the mirror is off. */
  renew(): void;
  /** Throws what the mirror throws; the state is `off` even then, with the trouble as its reason. */
  off(by: MirrorOffBy): Promise<void>;
  /** Like off, for the end of a session: trouble is logged, never thrown, since the rest must still be ended. Nothing is watched any more. */
  end(by: MirrorOffBy): Promise<void>;
  /** Turns the mirror off at once, whoever holds it. */
  stop(by: StoppedBy, why: string): void;
  /** Calls back when the mirror is stopped, by a person, the guard or {@link stop}, until the answered function is called. */
  onStopped(listener: () => void): () => void;
}

export interface MirrorSwitchSettings {
  readonly mirror: Mirror;
  readonly route: MirrorRoute;
  readonly leaseSeconds: number;
  readonly killSwitch: KillSwitch;
  /** Null: nobody watches production. */
  readonly guard: Guard | null;
  readonly log: Log;
}

export function makeMirrorSwitch({ mirror, route, leaseSeconds, killSwitch, guard, log }: MirrorSwitchSettings): MirrorSwitch {
  let state = offState('never-on');
  let lease: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let harm: string | null = null;
  let baseline = new AbortController();
  let endGuard: () => void = () => undefined;
  const listeners = new Set<() => void>();

  const oneAtATime = <T>(change: () => Promise<T>): Promise<T> => {
    const next = running.then(change);
    running = next.catch(() => undefined);
    return next;
  };
  const renewed = () => {
    clearTimeout(lease);
    lease = setTimeout(() => void quietly('lease-ran-out'), leaseSeconds * 1000);
  };
  const off = (by: MirrorOffBy, why = '') => {
    baseline.abort(turnedOffMeanwhile());
    return oneAtATime(async () => {
      clearTimeout(lease);
      endGuard();
      // A mirror whose lease ran out is off on purpose from the moment that somebody asks for it.
      state = offState(by, why);
      try {
        await mirror.off();
      } catch (error) {
        state = offState(by, `${why}; but ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      }
    });
  };
  const quietly = (by: MirrorOffBy, why?: string) =>
    off(by, why).catch((error: unknown) =>
      log.error({ error: String(error) }, 'the mirror was taken out of the configuration, but the proxy did not confirm it'),
    );
  const stop = (by: StoppedBy, why: string) => {
    baseline.abort(stoppedByHand(why));
    if (state.mirror === 'off') return;
    log.warn({ by, why }, 'the mirror is turned off');
    // At once, so that the order is carried out once; the proxy follows.
    state = offState(by, why);
    void quietly(by, why);
    for (const listener of listeners) listener();
  };
  const turnOn = async () => {
    baseline = new AbortController();
    await turnOnWatched({ mirror, route, guard, log }, baseline.signal);
    endGuard = guard?.watch((sentence) => stop('guard', `: ${(harm = sentence)}`)) ?? endGuard;
  };
  const stopWatching = killSwitch.watch((order) => stop('stopped-by-hand', inWords(order)));

  return {
    state: () => state,
    on: () =>
      oneAtATime(async () => {
        const order = killSwitch.order();
        if (order !== null) throw stoppedByHand(inWords(order));
        if (harm !== null) throw disturbed(harm);
        if (state.mirror === 'off') await turnOn();
        state = { mirror: 'on', mirrorOffBy: null, mirrorReason: 'asked' };
        renewed();
      }),
    renew() {
      if (state.mirror === 'off') throw nothingToRenew(state.mirrorReason);
      renewed();
    },
    off,
    stop,
    end(by) {
      stopWatching();
      return quietly(by);
    },
    onStopped(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Whether a person or the guard turned the mirror off: nothing more will come. */
export function isStopped({ mirrorOffBy }: MirrorState): boolean {
  return mirrorOffBy === 'stopped-by-hand' || mirrorOffBy === 'guard';
}

/** Production is watched first, when the guard wants to compare; then requests are copied. */
async function turnOnWatched(
  { mirror, route, guard, log }: Pick<MirrorSwitchSettings, 'mirror' | 'route' | 'guard' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  if (guard?.hasBaseline !== true) return mirror.on(route, 'copies');
  try {
    await mirror.on(route, 'answers');
    await guard.takeBaseline(signal);
    await mirror.on(route, 'copies');
  } catch (error) {
    // What goes wrong here leaves nothing on; the first failure is the one to tell.
    await mirror.off().catch((second: unknown) => log.warn({ error: String(second) }, 'the watch of production was not taken back'));
    throw error;
  }
}

function offState(mirrorOffBy: MirrorOffBy, more = ''): MirrorState {
  return { mirror: 'off', mirrorOffBy, mirrorReason: mirrorOffBy.replaceAll('-', ' ') + more };
}
