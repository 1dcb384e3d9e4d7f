import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { Outcome } from '../deidentify/pipeline.ts';
import type { RequestStages } from '../stages/session-stages.ts';
import type { Books } from './books.ts';
import type { ReceivedRequest } from './intake.ts';

/** A request that has passed the stages, and what it was. */
export interface Passed {
  readonly received: ReceivedRequest;
  /** Among all that were received, from 1. */
  readonly place: number;
  readonly request: CorpusRequest;
}

/**
 * The requests of a session that wait for the stages, are in them, or have passed them and wait for an instance. They come out in the order in which
 * they were pushed, whichever thread is done first: what a customer asked one after the other goes to the instance so.
 */
export interface StageLine {
  /** All of them. */
  readonly length: number;
  push(received: ReceivedRequest, place: number): void;
  /** Whether one has passed. */
  hasPassed(): boolean;
  /** The first that has passed, taken out of the line. */
  take(): Passed | null;
  /** Gives the stages as much as keeps them busy. */
  feed(): void;
  /** Counts all as dropped for a reason; what is in the stages, when it comes out of them. */
  drop(reason: string): void;
  /** Resolves when nothing is in the stages. */
  emptied(): Promise<void>;
}

export interface StageLineSettings {
  readonly stages: RequestStages;
  readonly books: Books;
  /** Called when a request has come out of the stages. */
  readonly onPassed: () => void;
}

/**
 * How many times what keeps the threads busy may wait behind one slow request, before the stages get no more: one that takes so many times as long as
 * the others costs nothing but their waiting.
 */
const mostBehind = 8;

/** A request that was given to the stages; its place is kept until all before it are out. */
interface InOrder {
  readonly received: ReceivedRequest;
  readonly place: number;
  isOut: boolean;
  /** Null for one that is in the stages, or settled. */
  request: CorpusRequest | null;
}

export function makeStageLine({ stages, books, onPassed }: StageLineSettings): StageLine {
  const queue: Omit<InOrder, 'isOut' | 'request'>[] = [];
  const order: InOrder[] = [];
  const passed: Passed[] = [];
  let inStages = 0;
  /** Out of the stages, and behind one that is not. */
  let held = 0;
  let feeding = false;
  let dropping: string | null = null;
  let onEmptied: () => void = () => undefined;
  const release = () => {
    for (let first = order[0]; first?.isOut === true; first = order[0]) {
      order.shift();
      const { received, place, request } = first;
      if (request === null) continue;
      held -= 1;
      passed.push({ received, place, request });
    }
  };
  const settle = (entry: InOrder, outcome: Outcome) => {
    inStages -= 1;
    entry.isOut = true;
    if ('dropped' in outcome) books.settle(outcome);
    else if (dropping !== null) books.settle({ dropped: dropping });
    else {
      entry.request = outcome.request;
      held += 1;
    }
    release();
    onPassed();
    if (inStages === 0) onEmptied();
  };
  return {
    get length() {
      return queue.length + inStages + held + passed.length;
    },
    push: (received, place) => void queue.push({ received, place }),
    hasPassed: () => passed.length > 0,
    take: () => passed.shift() ?? null,
    feed() {
      // Stages that settle at once come back here: one loop is enough.
      if (feeding) return;
      feeding = true;
      while (inStages + passed.length < stages.capacity && order.length < mostBehind * stages.capacity) {
        const next = queue.shift();
        if (next === undefined) break;
        const entry: InOrder = { ...next, isOut: false, request: null };
        inStages += 1;
        order.push(entry);
        stages.run(entry.received, (outcome) => settle(entry, outcome));
      }
      feeding = false;
    },
    drop(reason) {
      dropping ??= reason;
      for (const waiting of [queue, passed]) while (waiting.pop() !== undefined) books.settle({ dropped: reason });
      for (const entry of order) {
        if (entry.request === null) continue;
        entry.request = null;
        held -= 1;
        books.settle({ dropped: reason });
      }
    },
    async emptied() {
      if (inStages > 0) await new Promise<void>((resolve) => (onEmptied = resolve));
    },
  };
}
