import type { Books } from './books.ts';

export type CountedAs = 'replayed' | 'heldOut';

export interface Wait {
  readonly counter: CountedAs;
  readonly atLeast: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** Whether there is nothing to wait for any more, and who calls back when that is so. */
  readonly isVain: () => boolean;
  readonly onVain: (listener: () => void) => () => void;
}

/** Resolves when the counter has reached the number, the time is over, or the wait is vain; rejects with the signal's reason. */
export function waitForCount(books: Books, { counter, atLeast, seconds, signal, isVain, onVain }: Wait): Promise<void> {
  return new Promise((resolve, reject) => {
    const reached = () => books.counters()[counter] >= atLeast;
    if (signal.aborted) return reject(signal.reason as Error);
    if (reached() || isVain()) return resolve();
    const end = (finish: () => void) => {
      clearTimeout(timer);
      stop();
      stopVain();
      signal.removeEventListener('abort', abort);
      finish();
    };
    const abort = () => end(() => reject(signal.reason as Error));
    const timer = setTimeout(() => end(resolve), seconds * 1000);
    const stop = books.onSettled(() => {
      if (reached()) end(resolve);
    });
    const stopVain = onVain(() => end(resolve));
    signal.addEventListener('abort', abort, { once: true });
  });
}
