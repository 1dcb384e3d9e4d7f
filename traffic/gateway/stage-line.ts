import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { Outcome } from '../deidentify/pipeline.ts';
import type { RequestStages } from '../stages/session-stages.ts';
import type { Books } from './books.ts';
import type { ReceivedRequest } from './intake.ts';

/** A request that has passed the stages, and what it was. */
export interface Passed {
  readonly received: ReceivedRequest;
  readonly request: CorpusRequest;
}

/** The requests of a session that wait for the stages, are in them, or have passed them and wait for an instance. */
export interface StageLine {
  /** All of them. */
  readonly length: number;
  push(received: ReceivedRequest): void;
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

export function makeStageLine({ stages, books, onPassed }: StageLineSettings): StageLine {
  const queue: ReceivedRequest[] = [];
  const passed: Passed[] = [];
  let inStages = 0;
  let feeding = false;
  let dropping: string | null = null;
  let onEmptied: () => void = () => undefined;
  const settle = (received: ReceivedRequest, outcome: Outcome) => {
    inStages -= 1;
    if ('dropped' in outcome) books.settle(outcome);
    else if (dropping !== null) books.settle({ dropped: dropping });
    else passed.push({ received, request: outcome.request });
    onPassed();
    if (inStages === 0) onEmptied();
  };
  return {
    get length() {
      return queue.length + inStages + passed.length;
    },
    push: (received) => void queue.push(received),
    hasPassed: () => passed.length > 0,
    take: () => passed.shift() ?? null,
    feed() {
      // Stages that settle at once come back here: one loop is enough.
      if (feeding) return;
      feeding = true;
      while (inStages + passed.length < stages.capacity) {
        const received = queue.shift();
        if (received === undefined) break;
        inStages += 1;
        stages.run(received, (outcome) => settle(received, outcome));
      }
      feeding = false;
    },
    drop(reason) {
      dropping ??= reason;
      for (const waiting of [queue, passed]) while (waiting.pop() !== undefined) books.settle({ dropped: reason });
    },
    async emptied() {
      if (inStages > 0) await new Promise<void>((resolve) => (onEmptied = resolve));
    },
  };
}
