/** When a server that has ended is started again. */
export interface RestartPace {
  /** It was started; one that runs for a minute from here on begins anew with quick restarts. */
  started(): void;
  /** After an end or a failed start: how long to wait. `slower` is the first of the long waits, `slow` each further one. */
  next(): { readonly milliseconds: number; readonly change: 'quick' | 'slower' | 'slow' };
}

const quickRestarts = 10;
const stableMilliseconds = 60_000;
const quickMilliseconds = 500;
const slowMilliseconds = 30_000;

/**
 * Ten times at once, then every half minute: what dies as soon as it starts costs little, and what could not start for a reason that goes
 * away, a full disk say, comes back by itself.
 */
export function makeRestartPace(clock: () => number = () => performance.now()): RestartPace {
  let startedAt: number | null = null;
  let inARow = 0;
  return {
    started() {
      startedAt = clock();
    },
    next() {
      if (startedAt !== null && clock() - startedAt >= stableMilliseconds) inARow = 0;
      startedAt = null;
      inARow += 1;
      if (inARow <= quickRestarts) return { milliseconds: quickMilliseconds, change: 'quick' };
      return { milliseconds: slowMilliseconds, change: inARow === quickRestarts + 1 ? 'slower' : 'slow' };
    },
  };
}
