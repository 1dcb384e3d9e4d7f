import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SessionPhase } from '../../domain/ports/gateway.ts';
import type { TransportIdentity } from '../../domain/ports/transport.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { Outcome, Pipeline } from '../deidentify/pipeline.ts';
import type { Books } from './books.ts';
import type { Comparison } from './comparison.ts';
import type { IntakeHandler, ReceivedRequest } from './intake.ts';
import { makeInstances, type Slot } from './instances.ts';

export interface FlowSettings {
  readonly books: Books;
  readonly pipeline: Pipeline;
  readonly comparison: Comparison;
  readonly queueLength: number;
  readonly concurrency: number;
  readonly identity?: TransportIdentity | undefined;
  /** For a whole answer of an instance. */
  readonly answerMilliseconds?: number;
  readonly heldOutRequests: number;
  /** What the times in the corpus count from, milliseconds since 1970; without it they are left out. */
  readonly openedAt?: number;
  /** False when the corpus cannot take the request. */
  readonly keep: (kind: 'training' | 'heldOut', request: CorpusRequest) => boolean;
}

/** The way of a request through the gateway: bounded queue, pipeline, then what the phase wants. */
export interface Flow extends IntakeHandler {
  readonly phase: SessionPhase;
  /** Calls back after every change of the phase, until the answered function is called. */
  onPhase(listener: () => void): () => void;
  /** Outside of training nothing is in flight once it resolves. */
  setPhase(phase: SessionPhase): Promise<void>;
  setInstances(urls: readonly string[]): void;
  /** Counts what waits as dropped for a reason, and closes the connections; resolves when nothing is in flight. */
  close(reason: string): Promise<void>;
}

/** Requests taken from the queue before the intake gets its turn. */
const batch = 4;

export function makeFlow(settings: FlowSettings): Flow {
  const { books, keep } = settings;
  const queue: ReceivedRequest[] = [];
  const flying = new Set<Promise<void>>();
  const phaseListeners = new Set<() => void>();
  let phase: SessionPhase = 'idle';
  let pumping = false;
  let closed: string | null = null;
  const instances = makeInstances(settings, () => void pump());

  /** Settles one request; the slot is there in the training phase only. */
  const pass = (received: ReceivedRequest, slot: Slot | null) => {
    const outcome = deidentify(settings, received);
    if ('dropped' in outcome) {
      books.settle({ dropped: outcome.dropped });
      slot?.free();
      return;
    }
    books.deidentified();
    if (slot !== null) {
      const flight = replay(settings, slot, outcome.request, received.requestId).finally(() => flying.delete(flight));
      flying.add(flight);
    } else if (phase === 'held-out' && (received.only ?? phase) === phase && books.counters().heldOut < settings.heldOutRequests) {
      books.settle(keep('heldOut', outcome.request) ? 'heldOut' : { dropped: 'disk-full' });
    } else books.settle('skipped');
  };

  /** Works the queue off until it is empty or every instance is busy. */
  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    try {
      for (let done = 0; queue.length > 0; done += 1) {
        if (done % batch === batch - 1) await nextTurn();
        const slot = phase === 'training' ? instances.take() : null;
        if (phase === 'training' && slot === null) return;
        const received = queue.shift();
        if (received === undefined) slot?.free();
        else pass(received, slot);
      }
    } finally {
      pumping = false;
    }
  }

  return {
    get phase() {
      return phase;
    },
    async setPhase(next) {
      phase = next;
      void pump();
      for (const listener of phaseListeners) listener();
      if (next !== 'training') await Promise.all(flying);
    },
    onPhase(listener) {
      phaseListeners.add(listener);
      return () => void phaseListeners.delete(listener);
    },
    setInstances: (urls) => instances.set(urls),
    accept(received) {
      books.arrive();
      if (closed !== null) return books.settle({ dropped: closed });
      if (queue.length >= settings.queueLength) return books.settle({ dropped: 'queue-full' });
      queue.push(received);
      void pump();
    },
    refuse(reason) {
      books.arrive();
      books.settle({ dropped: reason });
    },
    async close(reason) {
      closed = reason;
      while (queue.pop() !== undefined) books.settle({ dropped: reason });
      await instances.close();
      await Promise.all(flying);
    },
  };
}

/** Through the stages; the request has its time when both ends of it are known. */
function deidentify({ pipeline, openedAt }: FlowSettings, received: ReceivedRequest): Outcome {
  const outcome = pipeline.run(received);
  const { arrivedAt } = received;
  if ('dropped' in outcome || arrivedAt === undefined || openedAt === undefined) return outcome;
  return { request: { ...outcome.request, at: Math.max(0, arrivedAt - openedAt) } };
}

async function replay(
  { books, comparison, keep }: FlowSettings,
  slot: Slot,
  request: CorpusRequest,
  requestId: string | null,
): Promise<void> {
  try {
    const answer = await slot.send(request);
    const isKept = keep('training', request);
    if (requestId !== null) comparison.replay(requestId, answer);
    books.settle(isKept ? 'replayed' : { dropped: 'disk-full' });
  } catch {
    books.settle('failed');
  } finally {
    slot.free();
  }
}
