import type { SessionPhase } from '../../domain/ports/gateway.ts';
import type { TransportIdentity } from '../../domain/ports/transport.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { RequestStages } from '../stages/session-stages.ts';
import type { Books } from './books.ts';
import type { Comparison } from './comparison.ts';
import type { IntakeHandler, ReceivedRequest } from './intake.ts';
import { answeredAlike, makeConditionsLine } from './conditions.ts';
import { makeInstances, type Slot } from './instances.ts';
import { makeStageLine, type Passed } from './stage-line.ts';

export interface FlowSettings {
  readonly books: Books;
  readonly stages: RequestStages;
  readonly comparison: Comparison;
  /** Requests that wait: in the queue, in the stages, or for an instance. */
  readonly queueLength: number;
  readonly concurrency: number;
  readonly identity?: TransportIdentity | undefined;
  /** For a whole answer of an instance. */
  readonly answerMilliseconds?: number;
  /** For production's answer to a request with a condition. */
  readonly conditionMilliseconds?: number;
  readonly heldOutRequests: number;
  /** What the times in the corpus count from, milliseconds since 1970; without it they are left out. */
  readonly openedAt?: number;
  /** False when the corpus cannot take the request. */
  readonly keep: (kind: 'training' | 'heldOut', request: CorpusRequest) => boolean;
}

/** The way of a request through the gateway: bounded queue, stages, then what the phase wants. */
export interface Flow extends IntakeHandler {
  readonly phase: SessionPhase;
  /** Calls back after every change of the phase, until the answered function is called. */
  onPhase(listener: () => void): () => void;
  /** Outside of training nothing is in flight once it resolves. */
  setPhase(phase: SessionPhase): Promise<void>;
  setInstances(urls: readonly string[]): void;
  /** Counts what waits as dropped for a reason, now and from now on. */
  drop(reason: string): void;
  /** Counts what waits as dropped for a reason, and closes the connections; resolves when nothing is in flight. */
  close(reason: string): Promise<void>;
}

export function makeFlow(settings: FlowSettings): Flow {
  const { books, stages, keep } = settings;
  const flying = new Set<Promise<void>>();
  const phaseListeners = new Set<() => void>();
  let phase: SessionPhase = 'idle';
  let closed: string | null = null;
  const instances = makeInstances(settings, () => pass());
  const line = makeStageLine({ stages, books, onPassed: () => pass() });
  const enter = (received: ReceivedRequest, place: number) => {
    line.push(received, place);
    line.feed();
  };
  const conditions = makeConditionsLine({ ...settings, waitMilliseconds: settings.conditionMilliseconds, handOn: enter });

  /** Hands on what has passed the stages, as the phase wants it now, until every instance is busy; then the stages get more. */
  const pass = () => {
    while (line.hasPassed()) {
      const slot = phase === 'training' ? instances.take() : null;
      if (phase === 'training' && slot === null) break;
      const next = line.take();
      if (next === null) slot?.free();
      else handOn(next.received, placed(next, settings), slot);
    }
    line.feed();
  };
  /** Settles one request; the slot is there in the training phase only. */
  const handOn = (received: ReceivedRequest, request: CorpusRequest, slot: Slot | null) => {
    books.deidentified();
    if (slot !== null) {
      const flight = replay(settings, slot, request, received.requestId).finally(() => flying.delete(flight));
      flying.add(flight);
    } else if (
      phase === 'held-out' &&
      (received.captured?.only ?? phase) === phase &&
      books.counters().heldOut < settings.heldOutRequests
    ) {
      books.settle(keep('heldOut', request) ? 'heldOut' : { dropped: 'disk-full' });
    } else books.settle('skipped');
  };
  const drop = (reason: string) => {
    closed ??= reason;
    conditions.drop(reason);
    line.drop(reason);
  };

  return {
    get phase() {
      return phase;
    },
    async setPhase(next) {
      phase = next;
      pass();
      for (const listener of phaseListeners) listener();
      if (next !== 'training') await Promise.all(flying);
    },
    onPhase(listener) {
      phaseListeners.add(listener);
      return () => void phaseListeners.delete(listener);
    },
    setInstances: (urls) => instances.set(urls),
    accept(received) {
      const place = books.arrive();
      if (closed !== null) return books.settle({ dropped: closed });
      if (line.length + conditions.length >= settings.queueLength) return books.settle({ dropped: 'queue-full' });
      if (!conditions.hold(received, place)) enter(received, place);
    },
    refuse(reason) {
      books.arrive();
      books.settle({ dropped: reason });
    },
    drop,
    async close(reason) {
      drop(reason);
      await instances.close();
      await line.emptied();
      await Promise.all(flying);
    },
  };
}

/** The request as it is replayed: its conditions as they came out; with its place, and with its time when both ends of that are known. */
function placed({ request: passed, place, received }: Passed, { openedAt, comparison }: FlowSettings): CorpusRequest {
  const { arrivedAt, captured, requestId } = received;
  const request = answeredAlike(passed, received, requestId === null ? null : comparison.statusOf(requestId));
  if (captured !== undefined) return { ...request, ...(captured.offset === null ? {} : { at: captured.offset }), place: captured.place };
  return { ...request, ...(arrivedAt === undefined || openedAt === undefined ? {} : { at: Math.max(0, arrivedAt - openedAt) }), place };
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
