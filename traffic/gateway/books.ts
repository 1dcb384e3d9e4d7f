import type { SessionCounters } from '../../domain/model/collection.ts';

export type Settlement = 'replayed' | 'heldOut' | 'skipped' | 'failed' | { readonly dropped: string };

/** The counters of a session. Every request is entered once and settled once, so that the books balance at any time. */
export interface Books {
  /** Answers how many have been entered with it. */
  arrive(): number;
  deidentified(): void;
  settle(settlement: Settlement): void;
  counters(): SessionCounters;
  /** Calls back after every settlement until the answered function is called. */
  onSettled(listener: () => void): () => void;
}

const emptyCounters: SessionCounters = {
  received: 0,
  deidentified: 0,
  replayed: 0,
  heldOut: 0,
  skipped: 0,
  failed: 0,
  waiting: 0,
  dropped: {},
};

/** @param before what an earlier run of the gateway counted; what waited then is lost, and counted as `gateway-stopped` */
export function makeBooks(before: SessionCounters = emptyCounters): Books {
  const counts = { ...before, waiting: 0 };
  const dropped = new Map(Object.entries(before.dropped));
  if (before.waiting > 0) dropped.set('gateway-stopped', (dropped.get('gateway-stopped') ?? 0) + before.waiting);
  const listeners = new Set<() => void>();
  return {
    arrive() {
      counts.waiting += 1;
      return (counts.received += 1);
    },
    deidentified() {
      counts.deidentified += 1;
    },
    settle(settlement) {
      counts.waiting -= 1;
      if (typeof settlement === 'string') counts[settlement] += 1;
      else dropped.set(settlement.dropped, (dropped.get(settlement.dropped) ?? 0) + 1);
      for (const listener of listeners) listener();
    },
    counters: () => ({ ...counts, dropped: Object.fromEntries(dropped) }),
    onSettled(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
