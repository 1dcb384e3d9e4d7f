import type { CycleId } from '../domain/ids.ts';
import type { CycleEvent } from '../domain/model/cycle.ts';
import type { CycleListener } from './cycle-listener.ts';

interface Sources {
  readonly listener: CycleListener;
  readonly events: (id: CycleId, afterSequence: number) => Promise<readonly CycleEvent[]>;
  /** Throws `not-found`. */
  readonly isClosed: () => Promise<boolean>;
}

/**
 * The events of a cycle, each once and in order. It listens first and reads then, and asks whether the cycle is closed before
 * it reads: an event between the two steps is found by the read, one after it by the next notification.
 */
export async function* followCycle(sources: Sources, id: CycleId, afterSequence: number, signal: AbortSignal): AsyncGenerator<CycleEvent> {
  const subscription = await sources.listener.subscribe(id);
  try {
    let last = afterSequence;
    while (!signal.aborted) {
      const closed = await sources.isClosed();
      for (const event of await sources.events(id, last)) {
        if (signal.aborted) return;
        last = event.sequence;
        yield event;
      }
      if (closed) return;
      await subscription.next(signal);
    }
  } finally {
    subscription.end();
  }
}
