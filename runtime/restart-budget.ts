const mostRestarts = 10;
const withinMilliseconds = 60_000;

/**
 * Ten restarts a minute: what dies as soon as it starts is soon left alone, what dies now and then is started again for
 * as long as the stack lives.
 */
export function makeRestartBudget(clock: () => number = () => performance.now()): { take(): boolean } {
  let taken: number[] = [];
  return {
    take() {
      const now = clock();
      taken = taken.filter((at) => now - at < withinMilliseconds);
      if (taken.length >= mostRestarts) return false;
      taken.push(now);
      return true;
    },
  };
}
