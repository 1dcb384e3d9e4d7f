import { setTimeout as delay } from 'node:timers/promises';
import { makeRestartPace, type RestartPace } from './restart-pace.ts';

/** A server or process that the stack starts: Postgres, Temporal, gateway, worker, API. */
export interface EmbeddedServer {
  readonly pid: number;
  /** How it ended (a signal, an exit code), once it has, by itself or by `stop`. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** A server that is started again whenever it ends by itself. */
export interface KeptServer {
  /** The process id now; another one after a restart. */
  pid(): number;
  /** Ends it and leaves it away until `resume`: an outage on purpose. */
  suspend(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

interface KeepUpSettings {
  readonly name: string;
  readonly first: EmbeddedServer;
  /** Starts it on the address and the data of the first one. */
  readonly startAgain: () => Promise<EmbeddedServer>;
  readonly say: (line: string) => void;
  readonly logFile: string;
  /** Default: ten times at once, then every half minute. */
  readonly pace?: RestartPace;
}

/** Starts a server again when it ends, on the same address: its clients reconnect by themselves. */
export function keepUp({ name, first, startAgain, say, logFile, pace = makeRestartPace() }: KeepUpSettings): KeptServer {
  let server = first;
  let unwanted = new AbortController();
  let starting: Promise<void> = Promise.resolve();
  watch(first);

  function watch(running: EmbeddedServer): void {
    pace.started();
    void running.ended.then((how) => {
      if (!unwanted.signal.aborted && running === server) starting = restart(`${name} ended (${how})`);
    });
  }

  async function begin(): Promise<void> {
    server = await startAgain();
    watch(server);
  }

  async function restart(why: string): Promise<void> {
    const { signal } = unwanted;
    for (let reason: string | null = why; reason !== null;) {
      const { milliseconds, change } = pace.next();
      if (change === 'slower') say(`${reason}, too often: it is tried again every ${milliseconds / 1000} s; its log says why: ${logFile}`);
      if (change === 'quick') say(`${reason} and is started again`);
      await delay(milliseconds, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      reason = await begin().then(() => null, whyNot);
    }
  }

  function whyNot(error: unknown): string {
    return `${name} did not start (${error instanceof Error ? error.message : String(error)})`;
  }

  async function end(): Promise<void> {
    unwanted.abort();
    await starting;
    await server.stop();
  }

  return {
    pid: () => server.pid,
    suspend: end,
    async resume() {
      unwanted = new AbortController();
      await begin();
    },
    stop: end,
  };
}
