import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HoneError } from '../domain/errors.ts';
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
  return keepUp({ name: settings.name, first: await startAgain(), startAgain, say: settings.onRestart });
}

/** How a child ended, or ends: its signal, or its exit code. */
async function howItEnded(child: ChildProcess): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode ?? `exit code ${child.exitCode}`;
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
      const failed = (reason: string) => reject(notReady(name, reason, logFile));
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

function notReady(name: string, reason: string, logFile: string): HoneError {
  const lines = readFileSync(logFile, 'utf8').trim().split('\n').slice(-lastLines);
  return new HoneError('internal', `The ${name} process did not become ready: ${reason}.`, `Its log says why: ${logFile}.`, {
    details: lines,
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
