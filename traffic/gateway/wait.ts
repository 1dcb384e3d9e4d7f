import type { Books } from './books.ts';

export type CountedAs = 'replayed' | 'heldOut';

/** Resolves when the counter has reached the number or the time is over; rejects with the signal's reason. */
export function waitForCount(books: Books, counter: CountedAs, atLeast: number, seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const reached = () => books.counters()[counter] >= atLeast;
    if (signal.aborted) return reject(signal.reason as Error);
    if (reached()) return resolve();
    const end = (finish: () => void) => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', abort);
      finish();
    };
    const abort = () => end(() => reject(signal.reason as Error));
    const timer = setTimeout(() => end(resolve), seconds * 1000);
    const stop = books.onSettled(() => {
      if (reached()) end(resolve);
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}
