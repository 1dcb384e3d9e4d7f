import { setTimeout as delay } from 'node:timers/promises';
import { makeRestartBudget } from './restart-budget.ts';

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
}

const restartMilliseconds = 500;

/** Starts a server again when it ends, on the same address: its clients reconnect by themselves. */
export function keepUp({ name, first, startAgain, say, logFile }: KeepUpSettings): KeptServer {
  const budget = makeRestartBudget();
  let server = first;
  let wanted = true;
  let starting: Promise<void> = Promise.resolve();
  watch(first);

  function watch(running: EmbeddedServer): void {
    void running.ended.then((how) => {
      if (wanted && running === server) starting = restart(`${name} ended (${how})`);
    });
  }

  async function begin(): Promise<void> {
    server = await startAgain();
    watch(server);
  }

  async function restart(why: string): Promise<void> {
    if (!budget.take()) return say(`${why}, too often within a minute: it is left alone; its log says why: ${logFile}`);
    say(`${why} and is started again`);
    await delay(restartMilliseconds);
    if (!wanted) return;
    try {
      await begin();
    } catch (error) {
      await restart(`${name} did not start (${error instanceof Error ? error.message : String(error)})`);
    }
  }

  async function end(): Promise<void> {
    wanted = false;
    await starting;
    await server.stop();
  }

  return {
    pid: () => server.pid,
    suspend: end,
    async resume() {
      wanted = true;
      await begin();
    },
    stop: end,
  };
}
