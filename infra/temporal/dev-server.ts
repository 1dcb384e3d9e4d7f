import { Connection, ServiceError } from '@temporalio/client';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HoneError } from '../../domain/errors.ts';
import { openLog } from '../log-file.ts';

export interface TemporalServer {
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: number;
  /** Ends the server; its histories stay in the database file. */
  stop(): Promise<void>;
  /** How the server ended (a signal, an exit code), once it has, by itself or by `stop`. */
  readonly ended: Promise<string>;
}

export interface TemporalServerSettings {
  /** The `temporal` program. */
  readonly executable: string;
  readonly databaseFile: string;
  readonly logFile: string;
  readonly port: number;
  readonly uiPort: number;
  readonly searchAttributes: readonly string[];
}

const startSeconds = 30;
const graceMilliseconds = 10_000;

/** Starts Temporal's development server with a file database and waits until it answers a client. It dies with this process. */
export async function startTemporal(settings: TemporalServerSettings): Promise<TemporalServer> {
  const { executable, databaseFile, logFile, port, uiPort, searchAttributes } = settings;
  await mkdir(dirname(databaseFile), { recursive: true });
  const server = [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--ui-port',
    String(uiPort),
    '--db-filename',
    databaseFile,
    '--sqlite-pragma',
    'journal_mode=WAL', // a journal file made and deleted with each transaction took half of the server's time
    '--log-level',
    'warn',
  ];
  const attributes = searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]);
  const log = await openLog(logFile);
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', executable, ...server, ...attributes], {
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  await log.close(); // the child has its own
  try {
    await untilServing(child, port, logFile);
  } catch (error) {
    await end(child, ended);
    throw error;
  }
  return { address: `127.0.0.1:${port}`, uiUrl: `http://127.0.0.1:${uiPort}`, pid: child.pid!, ended, stop: () => end(child, ended) };
}

/** It listens a while before its frontend is healthy: who connects in between is refused. */
async function untilServing(child: ChildProcess, port: number, logFile: string): Promise<void> {
  const deadline = Date.now() + startSeconds * 1000;
  let listens = false;
  while (Date.now() < deadline) {
    const how = child.pid === undefined ? 'it could not be run' : (child.signalCode ?? child.exitCode);
    if (how !== null) throw notStarted(`ended before it served on port ${port} (${how})`, logFile);
    listens ||= await accepts(port);
    if (listens && (await serves(port))) return;
    await delay(50);
  }
  throw notStarted(`${listens ? 'listened, but did not serve' : 'did not listen'} on port ${port} within ${startSeconds} s`, logFile);
}

function notStarted(what: string, logFile: string): HoneError {
  return new HoneError('engine-unavailable', `Temporal's server ${what}.`, `Its log says why: ${logFile}.`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function serves(port: number): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: '2s' });
    await connection.close();
    return true;
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), graceMilliseconds);
  await ended;
  clearTimeout(killer);
}
