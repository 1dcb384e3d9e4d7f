import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HoneError } from '../domain/errors.ts';
import { readLastLines } from '../hosts/local/last-lines.ts';
import { openLog } from '../infra/log-file.ts';
import { keepUp, type EmbeddedServer, type KeptServer } from './keep-up.ts';

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
const lastLines = 10;

/** Starts a process of Hone, waits until it is ready, and starts it again when it dies. It dies with this process. */
export async function supervise(settings: ProcessSettings): Promise<KeptServer> {
  const startAgain = async (): Promise<EmbeddedServer> => {
    const child = await startReady(settings);
    return { pid: child.pid!, ended: howItEnded(child), stop: () => end(child) };
  };
  return keepUp({ name: settings.name, first: await startAgain(), startAgain, say: settings.onRestart, logFile: settings.logFile });
}

/** How a child ended, or ends: its signal, or its exit code. */
async function howItEnded(child: ChildProcess): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode ?? `exit code ${child.exitCode}`;
}

async function startReady({ name, script, environment, logFile }: ProcessSettings): Promise<ChildProcess> {
  const path = fileURLToPath(new URL(`processes/${script}`, import.meta.url));
  const log = await openLog(logFile);
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', process.execPath, path], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', log.fd],
    detached: true,
  });
  const waiting = new AbortController();
  try {
    await log.close(); // the child has its own
    await Promise.race([saysReady(child, waiting.signal), endsOrIsSilent(child, waiting.signal)]);
  } catch (error) {
    await end(child);
    throw await notReady(name, error, logFile);
  } finally {
    waiting.abort(); // an end from here on is no failed start
  }
  return child;
}

/** Reads the child's standard output to its end, so that it never waits for a reader. */
function saysReady(child: ChildProcess, signal: AbortSignal): Promise<void> {
  const lines = createInterface({ input: child.stdout! });
  return new Promise((resolve) => {
    const look = (line: string) => {
      if (line.startsWith('ready')) resolve();
    };
    lines.on('line', look);
    signal.addEventListener('abort', () => lines.off('line', look), { once: true });
  });
}

async function endsOrIsSilent(child: ChildProcess, signal: AbortSignal): Promise<never> {
  const silent = delay(readySeconds * 1000, `nothing heard for ${readySeconds} s`, { signal });
  const ended = once(child, 'exit', { signal }).then(([code, by]) => String(by ?? `exit code ${code}`));
  throw new Error(await Promise.race([silent, ended]));
}

async function notReady(name: string, reason: unknown, logFile: string): Promise<HoneError> {
  const why = reason instanceof Error ? reason.message : String(reason);
  return new HoneError('internal', `The ${name} process did not become ready: ${why}.`, `Its log says why: ${logFile}.`, {
    details: (await readLastLines(logFile)).slice(-lastLines),
    cause: reason,
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), graceMilliseconds);
  await exited;
  clearTimeout(killer);
}
