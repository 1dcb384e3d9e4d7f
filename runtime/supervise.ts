import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HoneError } from '../domain/errors.ts';

export interface SupervisedProcess {
  readonly name: string;
  /** The process id now; another one after a restart. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

export interface ProcessSettings {
  readonly name: string;
  /** A script of runtime/processes. It says `ready` as the first word of a line on standard output. */
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly onRestart: (message: string) => void;
}

const readySeconds = 60;
const graceMilliseconds = 15_000;
const mostRestarts = 10;
const restartMilliseconds = 500;

/** Starts a process of Hone, waits until it is ready, and starts it again when it dies. It dies with this process. */
export async function supervise(settings: ProcessSettings): Promise<SupervisedProcess> {
  let stopping = false;
  let restarts = 0;
  let child = await startReady(settings);
  watch();

  function watch(): void {
    child.once('exit', (code, signal) => {
      if (!stopping) void restart(signal ?? `exit code ${code}`);
    });
  }

  async function restart(how: string): Promise<void> {
    restarts += 1;
    if (restarts > mostRestarts) {
      settings.onRestart(`${settings.name} ended (${how}) for the ${restarts}th time and is left alone; see ${settings.logFile}`);
      return;
    }
    settings.onRestart(`${settings.name} ended (${how}) and is started again`);
    await delay(restartMilliseconds);
    if (stopping) return;
    try {
      child = await startReady(settings);
      if (stopping) await end(child);
      else watch();
    } catch (error) {
      if (!stopping) void restart(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    name: settings.name,
    pid: () => child.pid,
    async stop() {
      stopping = true;
      await end(child);
    },
  };
}

async function startReady({ name, script, environment, logFile }: ProcessSettings): Promise<ChildProcess> {
  const log = createWriteStream(logFile, { flags: 'a' });
  await once(log, 'open');
  const path = fileURLToPath(new URL(`processes/${script}`, import.meta.url));
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', process.execPath, path], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', log],
    detached: true,
  });
  const lines = createInterface({ input: child.stdout });
  try {
    await new Promise<void>((resolve, reject) => {
      const failed = (reason: string) =>
        reject(new HoneError('internal', `The ${name} process did not become ready: ${reason}.`, `Its log says why: ${logFile}.`));
      const timer = setTimeout(() => failed(`nothing heard for ${readySeconds} s`), readySeconds * 1000);
      child.once('error', (error) => failed(error.message));
      child.once('exit', (code, signal) => failed(signal ?? `exit code ${code}`));
      lines.on('line', (line) => {
        if (!line.startsWith('ready')) return;
        clearTimeout(timer);
        resolve();
      });
    });
  } catch (error) {
    await end(child);
    throw error;
  }
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), graceMilliseconds);
  await exited;
  clearTimeout(killer);
}
