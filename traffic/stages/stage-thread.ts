import { Worker } from 'node:worker_threads';
import { HoneError } from '../../domain/errors.ts';
import type { FromStageThread, StageCalls, StageVerb } from './messages.ts';

/** A thread of the stages, from outside. */
export interface StageThread {
  /** Resolves when it can be called; rejects with `stages-lost`. */
  readonly ready: Promise<void>;
  /** Calls the thread; `moved` is the thread's from then on. Exactly one of the two is called back, in the order of the calls, from the handler of the thread's message. */
  call<Verb extends StageVerb>(
    verb: Verb,
    session: number,
    given: StageCalls[Verb]['given'],
    back: CallBack<Verb>,
    moved?: readonly ArrayBuffer[],
  ): void;
  /** Calls back once, before any open call fails, when the thread ends without having been closed. */
  onLost(listener: (error: HoneError) => void): () => void;
  close(): Promise<void>;
}

export interface CallBack<Verb extends StageVerb> {
  readonly answer: (answer: StageCalls[Verb]['answer']) => void;
  readonly failed: (error: HoneError) => void;
}

/** A worker of the real script; a test may hold on to it. */
export type StartWorker = () => Worker;

export const startStageWorker: StartWorker = () => new Worker(new URL('./stages-thread.ts', import.meta.url));

/** Four requests take milliseconds, a chunk of a prepare hook's lines a second: a thread that is silent for so long is stuck, and is ended. */
const silenceMilliseconds = 60_000;

/** Starts a thread. */
export function startStageThread(start: StartWorker, silence = silenceMilliseconds): StageThread {
  const worker = start();
  const open = new Map<number, CallBack<StageVerb>>();
  const listeners = new Set<(error: HoneError) => void>();
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const { promise: exited, resolve: noteExit } = Promise.withResolvers<void>();
  let lost: HoneError | null = null;
  let closing = false;
  let why = 'it ended';
  let calls = 0;
  let watchdog: NodeJS.Timeout | undefined;

  const watch = () => {
    clearTimeout(watchdog);
    if (open.size === 0) return;
    watchdog = setTimeout(() => {
      why = `it was silent for ${silence / 1000} s`;
      void worker.terminate();
    }, silence);
  };
  worker.on('message', (message: FromStageThread) => {
    if (message === 'ready') return resolve();
    const back = open.get(message.call);
    open.delete(message.call);
    watch();
    if ('error' in message) back?.failed(HoneError.fromData(message.error));
    else back?.answer(message.answer as never);
  });
  // An error's text may hold what it failed on: only its name goes on.
  worker.on('error', (error: NodeJS.ErrnoException) => (why = `${error.name}${error.code === undefined ? '' : ` ${error.code}`}`));
  worker.on('exit', () => {
    clearTimeout(watchdog);
    const error = (lost = stagesLost(why));
    reject(error);
    if (!closing) for (const listener of listeners) listener(error);
    for (const back of open.values()) back.failed(error);
    open.clear();
    noteExit();
  });
  // Whoever waits for it is told; nobody need.
  ready.catch(() => undefined);
  return {
    ready,
    call(verb, session, given, back, moved = []) {
      if (lost !== null) return back.failed(lost);
      calls += 1;
      open.set(calls, back as CallBack<StageVerb>);
      worker.postMessage({ verb, call: calls, session, given }, [...moved]);
      if (open.size === 1) watch();
    },
    onLost(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closing = true;
      if (lost === null) await worker.terminate();
      await exited;
    },
  };
}

function stagesLost(why: string): HoneError {
  return new HoneError(
    'stages-lost',
    `A thread of the gateway in which requests are de-identified was lost: ${why}.`,
    "What was in it is counted as dropped, and the session's mirror is off: refresh again. When it happens again, see the gateway's log, and look at the memory of its machine.",
  );
}
