import { HoneError } from '../../domain/errors.ts';
import type { DeidentificationRules } from '../../domain/manifest/schema.ts';
import type { Outcome } from '../deidentify/pipeline.ts';
import type { IncomingRequest } from '../deidentify/stage.ts';
import type { LinesAnswer, StageResult, StageWork } from './messages.ts';
import type { StagePool } from './pool.ts';
import { makeSavedOwners, type SavedOwners } from './saved-owners.ts';
import { makeSessionMemory } from './session-memory.ts';
import type { StageThread } from './stage-thread.ts';
import { makeStagesLedger, type StagesLedger, type StagesSnapshot } from './stages-ledger.ts';

/** What the flow of a session asks of its stages. */
export interface RequestStages {
  /** Requests that keep every thread busy: more in them at once would only wait there. */
  readonly capacity: number;
  /** Takes a request through the stages, in a thread; settles it once, together with what the stages have counted of it. */
  run(incoming: IncomingRequest, settle: (outcome: Outcome) => void): void;
}

/** The stages of one session, in the threads of the gateway. */
export interface SessionStages extends RequestStages {
  readonly ledger: StagesLedger;
  /** JSON lines in, the same lines with pseudonyms out. Throws `input-invalid` with the line's number, counted from `firstLine`; `stages-lost`. */
  pseudonymise(lines: readonly string[], firstLine: number): Promise<readonly string[]>;
  /** Why the session has no stages any more; null while it has. */
  lost(): HoneError | null;
  /** Calls back once when a thread is lost, until the answered function is called: from then on every request is dropped as {@link lostReason}, those in the threads right after. */
  onLost(listener: (error: HoneError) => void): () => void;
  /** Which pseudonym is whose, to go on from. */
  readonly owners: SavedOwners;
  /** Resolves when nothing of the session is in a thread. */
  drain(): Promise<void>;
  /** Takes the session out of the threads. */
  end(): void;
}

export interface SessionStagesSettings {
  readonly pool: StagePool;
  readonly rules: DeidentificationRules;
  /** Handed to the threads; overwritten here and there. */
  readonly key: Uint8Array;
  readonly before?: StagesSnapshot | undefined;
  /** What an earlier gateway process has saved of {@link SessionStages.owners}; null for nothing. */
  readonly owners?: Uint8Array | null;
}

/** Why a request is dropped whose thread was lost. */
export const lostReason = 'stages-lost';
/** Requests of one message: large enough that a message costs little, small enough that a thread with two of them never waits. */
const batch = 4;
const batchesPerThread = 2;

interface Waiting {
  readonly incoming: IncomingRequest;
  readonly isCompared: boolean;
  readonly settle: (outcome: Outcome) => void;
}

interface Member {
  readonly thread: StageThread;
  /** Taken and not yet sent. */
  waiting: Waiting[];
  canaries: number[];
  inThread: number;
}

/** Lets a session into every thread, and plants a canary of every kind before its first request. Throws `stages-lost`. */
export async function openSessionStages({ pool, rules, key, before, owners = null }: SessionStagesSettings): Promise<SessionStages> {
  const { session, threads } = await pool.place();
  const loss = watchForLoss(threads);
  const memory = makeSessionMemory();
  const savedOwners = makeSavedOwners(memory.owners, owners);
  const enter = (thread: StageThread) =>
    new Promise<null>((answer, failed) => {
      const own = Uint8Array.from(key);
      thread.call('enter', session, { rules, key: own, memory }, { answer, failed }, [own.buffer]);
    });
  await Promise.all(threads.map(enter));
  key.fill(0);
  const ledger = makeStagesLedger(rules, before);
  const members = threads.map((thread): Member => ({ thread, waiting: [], canaries: [], inThread: 0 }));
  const calls = makeCalls(session, members, ledger);
  calls.plant(ledger.audit.canaries.turnsAtStart());
  return {
    ledger,
    capacity: members.length * batch * batchesPerThread,
    run(incoming, settle) {
      if (loss.error() !== null) return settle({ dropped: lostReason });
      const turn = ledger.audit.canaries.turnAfterRequest();
      calls.run({ incoming, isCompared: ledger.audit.isCompared(), settle });
      if (turn !== null) calls.plant([turn]);
    },
    async pseudonymise(lines, firstLine) {
      const lost = loss.error();
      if (lost !== null) throw lost;
      return calls.pseudonymise(lines, firstLine);
    },
    lost: loss.error,
    onLost: (listener) => loss.on(listener),
    owners: savedOwners,
    drain: calls.drain,
    end() {
      loss.stop();
      const ignore = () => undefined;
      for (const { thread } of members) thread.call('leave', session, null, { answer: ignore, failed: ignore });
    },
  };
}

/** The first loss of a thread is the session's. */
function watchForLoss(threads: readonly StageThread[]) {
  const listeners = new Set<(error: HoneError) => void>();
  let lost: HoneError | null = null;
  const stops = threads.map((thread) =>
    thread.onLost((error) => {
      if (lost !== null) return;
      lost = error;
      for (const listener of listeners) listener(error);
    }),
  );
  return {
    error: () => lost,
    on(listener: (error: HoneError) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => stops.forEach((stop) => stop()),
  };
}

/** The calls of a session that are on their way, and what waits to be sent with the next message. */
function makeCalls(session: number, members: readonly Member[], ledger: StagesLedger) {
  let pending = 0;
  let flushing = false;
  let drained = Promise.withResolvers<void>();
  drained.resolve();
  const begin = () => {
    if (pending === 0) drained = Promise.withResolvers<void>();
    pending += 1;
  };
  const end = () => {
    pending -= 1;
    if (pending === 0) drained.resolve();
  };
  const leastBusy = (): Member => members.reduce((best, one) => (one.inThread < best.inThread ? one : best));
  const send = (member: Member, requests: readonly Waiting[], canaries: readonly number[]) => {
    const work: StageWork = { requests: requests.map(({ incoming, isCompared }) => ({ incoming, isCompared })), canaries };
    const back = (outcomeOf: (index: number) => Outcome) => {
      member.inThread -= requests.length;
      for (const [index, { settle }] of requests.entries()) settle(outcomeOf(index));
      end();
    };
    begin();
    member.thread.call('work', session, work, {
      answer({ outcomes, notes }: StageResult) {
        ledger.add(notes);
        back((index) => outcomes[index] ?? { dropped: lostReason });
      },
      failed: () => back(() => ({ dropped: lostReason })),
    });
  };
  const flush = () => {
    flushing = false;
    for (const member of members) {
      for (let at = 0; at < member.waiting.length; at += batch) send(member, member.waiting.slice(at, at + batch), []);
      if (member.canaries.length > 0) send(member, [], member.canaries);
      member.waiting = [];
      member.canaries = [];
    }
    end();
  };
  /** One flush for all that is taken in one turn. */
  const soon = () => {
    if (flushing) return;
    flushing = true;
    begin();
    queueMicrotask(flush);
  };
  return {
    run(request: Waiting) {
      const member = leastBusy();
      member.inThread += 1;
      member.waiting.push(request);
      soon();
    },
    plant(turns: readonly number[]) {
      leastBusy().canaries.push(...turns);
      soon();
    },
    async pseudonymise(lines: readonly string[], firstLine: number): Promise<readonly string[]> {
      begin();
      try {
        const answer = await new Promise<LinesAnswer>((resolve, failed) =>
          leastBusy().thread.call('lines', session, lines, { answer: resolve, failed }),
        );
        if ('lines' in answer) return answer.lines;
        const { code, message, advice } = answer.error;
        throw new HoneError(code, `Line ${firstLine + answer.line}: ${message}`, advice);
      } finally {
        end();
      }
    },
    drain: () => drained.promise,
  };
}
