import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { HoneError } from '../../domain/errors.ts';
import { freePorts } from '../free-port.ts';
import { postgresBinaries } from './binaries.ts';
import { initialiseCluster, superuser } from './initialise.ts';
import { sweepStalePostmaster } from './stale.ts';
import { asPostgresUser } from './user.ts';

export interface PostgresOptions {
  /** Made when it is not there. The password lies beside it (`<dataDirectory>.password`). */
  readonly dataDirectory: string;
  /** Loopback TCP port; a free one when absent. */
  readonly port?: number;
  /** Further server settings, for example `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Server log lines. */
  readonly log?: (line: string) => void;
}

export interface RunningPostgres {
  readonly port: number;
  readonly pid: number;
  /** A connection string for a database of this server; the database need not exist. */
  url(database: string): string;
  /** How the server ended (a signal, an exit code), once it has, by itself or by `stop`. */
  readonly ended: Promise<string>;
  /** Fast shutdown: open transactions are rolled back. */
  stop(): Promise<void>;
}

const startSeconds = 60;
const stopSeconds = 20;

/** Starts Postgres on loopback. It ends when this process ends, however that happens. Throws `store-unavailable`, `tool-missing`. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const binaries = await postgresBinaries();
  const dataDirectory = path.resolve(options.dataDirectory);
  await sweepStalePostmaster(dataDirectory, stopSeconds);
  const password = await initialiseCluster(binaries, dataDirectory, options.settings?.['fsync'] !== 'off');
  const [freePort = 0] = options.port === undefined ? await freePorts(1) : [];
  const port = options.port ?? freePort;
  const server = launch(binaries.postgres, dataDirectory, port, options.settings ?? {});
  const ended = new Promise<string>((resolve) => {
    server.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  await untilReady(server, port, options.log ?? (() => {}));
  return {
    port,
    pid: server.pid ?? 0,
    ended,
    url: (database) => `postgresql://${superuser}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    stop: () => stopServer(server),
  };
}

function launch(postgres: string, dataDirectory: string, port: number, settings: Readonly<Record<string, string>>): ChildProcess {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200', lc_messages: 'C', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const call = asPostgresUser(postgres, ['-D', dataDirectory, '-p', String(port), ...flags]);
  return spawn(call.command, [...call.args], { cwd: dataDirectory, env: {}, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** The server says on its standard error when it takes connections; that line is the event. */
async function untilReady(server: ChildProcess, port: number, log: (line: string) => void): Promise<void> {
  const last: string[] = [];
  const lines = createInterface({ input: server.stderr! });
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string, cause?: unknown) => reject(notStarted(why, port, last, cause));
    const timer = setTimeout(() => {
      server.kill('SIGQUIT');
      fail(`was not ready after ${startSeconds} s`);
    }, startSeconds * 1000);
    server.once('error', (error) => fail('could not be started: is setpriv (package util-linux) installed?', error));
    server.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`ended at once (${signal ?? `exit code ${code}`})`);
    });
    lines.on('line', (line) => {
      log(line);
      if (last.push(line) > 20) last.shift();
      if (!line.includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

function notStarted(why: string, port: number, lines: readonly string[], cause: unknown): HoneError {
  const taken = lines.some((line) => line.includes('could not bind'));
  return new HoneError(
    'store-unavailable',
    `The embedded Postgres on 127.0.0.1:${port} ${why}.`,
    taken ? `Port ${port} is in use: choose another one, or end the program that has it.` : 'Look at its last lines below.',
    { details: [...lines], cause },
  );
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  const timer = setTimeout(() => server.kill('SIGQUIT'), stopSeconds * 1000);
  server.kill('SIGINT');
  await ended;
  clearTimeout(timer);
}
