import type { CaptureFeed } from '../mirror/mirror.ts';
import type { Books } from './books.ts';
import type { Comparison } from './comparison.ts';
import type { Flow } from './flow.ts';

export interface CaptureFeedSettings {
  readonly books: Books;
  readonly comparison: Comparison;
  readonly flow: Flow;
  /** Requests that may wait in the flow: so few that nothing is dropped, and little is let go when the phase changes. */
  readonly waiting: number;
}

/** Lets captured requests in as fast as the session takes them, while it is in a phase that wants any. */
export function makeCaptureFeed({ books, comparison, flow, waiting }: CaptureFeedSettings): CaptureFeed {
  let count = 0;
  const wanted = (): 'training' | 'held-out' | null => {
    const isFull = books.counters().waiting >= waiting;
    return isFull || flow.phase === 'idle' ? null : flow.phase;
  };
  const onChange = (listener: () => void) => {
    const stops = [books.onSettled(listener), flow.onPhase(listener)];
    return () => stops.forEach((stop) => stop());
  };
  return {
    async wants(signal) {
      // A file that is read without a pause would leave nobody else a turn.
      await new Promise((resolve) => setImmediate(resolve));
      await until(() => wanted() !== null, onChange, signal);
      return wanted() ?? 'training';
    },
    accept({ request, answer }, captured) {
      const requestId = `captured-${(count += 1)}`;
      if (answer !== null) comparison.production(requestId, answer);
      flow.accept({ ...request, requestId, captured });
    },
    nextPhase: (after, signal) =>
      until(
        () => flow.phase !== after,
        (listener) => flow.onPhase(listener),
        signal,
      ),
  };
}

/** Resolves once the condition holds, looking whenever something changed. */
function until(holds: () => boolean, onChange: (listener: () => void) => () => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    if (holds()) return resolve();
    const end = (finish: () => void) => {
      stop();
      signal.removeEventListener('abort', abort);
      finish();
    };
    const abort = () => end(() => reject(signal.reason as Error));
    const stop = onChange(() => {
      if (holds()) end(resolve);
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}
