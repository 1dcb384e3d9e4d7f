import { availableParallelism } from 'node:os';
import { makeSerialiser } from '../../domain/serialise.ts';
import { startStageThread, startStageWorker, type StageThread, type StartWorker } from './stage-thread.ts';

/** The threads of a gateway, which its sessions share. */
export interface StagePool {
  /** A number for a new session, and all threads, started; one that was lost is started anew, for sessions to come. Throws `stages-lost`. */
  place(): Promise<{ readonly session: number; readonly threads: readonly StageThread[] }>;
  close(): Promise<void>;
}

export interface StagePoolSettings {
  readonly threads?: number | undefined;
  readonly start?: StartWorker;
  readonly silenceMilliseconds?: number;
}

/** More than four give nothing: the thread that replays and keeps the books is busy then. */
const mostByDefault = 4;

/** One core is left to the gateway's other threads. */
const defaultThreads = (): number => Math.min(mostByDefault, Math.max(1, availableParallelism() - 1));

/** Starts the threads; they are ready some time later. A thread holds about 90 MB, so they are the gateway's and not each session's. */
export function makeStagePool({
  threads: wanted = defaultThreads(),
  start = startStageWorker,
  silenceMilliseconds,
}: StagePoolSettings = {}): StagePool {
  const started = (): StageThread => {
    const thread = startStageThread(start, silenceMilliseconds);
    thread.onLost(() => void lost.add(thread));
    return thread;
  };
  const lost = new Set<StageThread>();
  const slots = Array.from({ length: wanted }, started);
  const oneAtATime = makeSerialiser();
  let sessions = 0;
  return {
    place: () =>
      oneAtATime('start', async () => {
        for (const [index, thread] of slots.entries()) {
          if (lost.delete(thread)) slots[index] = started();
        }
        await Promise.all(slots.map(({ ready }) => ready));
        return { session: (sessions += 1), threads: [...slots] };
      }),
    async close() {
      await Promise.all(slots.map((thread) => thread.close()));
    },
  };
}
