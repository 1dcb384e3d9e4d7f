import { mkdir } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { searchAttributes } from '../domain/contracts/workflows.ts';
import { HoneError } from '../domain/errors.ts';
import { freePorts } from '../infra/free-port.ts';
import { openLog } from '../infra/log-file.ts';
import { startPostgres } from '../infra/postgres/embedded.ts';
import { ensureDatabase } from '../infra/postgres/ensure-database.ts';
import { startTemporal, type TemporalServer, type TemporalServerSettings } from '../infra/temporal/dev-server.ts';
import { applyMigrations } from '../store/migrate.ts';
import type { Config } from './config.ts';
import { keepUp, type KeptServer } from './keep-up.ts';
import { lockStack } from './stack-lock.ts';
import { supervise } from './supervise.ts';
import { workflowBundle } from './workflow-bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Everything Hone needs, on this machine: Postgres, Temporal, gateway, worker, API. */
export interface Stack {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  /** The folder with logs, by process. */
  readonly logDirectory: string;
  readonly processes: Readonly<Record<'gateway' | 'worker' | 'api', KeptServer>>;
  /** The servers that the stack keeps up; null for one that the configuration says is elsewhere. */
  readonly servers: Readonly<Record<'postgres' | 'temporal', KeptServer | null>>;
  /** The settings that lead another process of Hone to this stack. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends everything, newest first. */
  stop(): Promise<void>;
}

/** Called with one line per thing that happens. */
export type Say = (line: string) => void;

/**
 * Starts what the configuration does not say is elsewhere. Ends what was started when a part fails to start.
 * @param more further environment of gateway, worker and API
 */
export async function startStack(config: Config, say: Say, more: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const closers: Closers = [];
  const stop = async () => {
    while (closers.length > 0) await closers.pop()!();
  };
  try {
    closers.push(await lockStack(config.dataDirectory));
    const logDirectory = join(config.dataDirectory, 'logs');
    await mkdir(logDirectory, { recursive: true });
    const servers = [
      postgres(config, logDirectory, closers, say),
      temporalServer(config, logDirectory, closers, say),
      workflowBundle(join(config.dataDirectory, 'cache')),
    ] as const;
    await Promise.allSettled(servers); // when one fails, the closers know what the others have started
    const [database, temporal] = await Promise.all(servers);
    say('applying the migrations');
    await applyMigrations(database.url, join(root, 'prisma', 'migrations'));
    say('Postgres and Temporal are up');
    const [apiPort] = config.apiPort === 0 ? await freePorts(1) : [config.apiPort];
    const environment = {
      HONE_API_PORT: String(apiPort), // chosen here, so that a restarted API is where it was
      HONE_DATA: config.dataDirectory,
      HONE_DATABASE_URL: database.url,
      HONE_TEMPORAL_ADDRESS: temporal.address,
      HONE_TEMPORAL_NAMESPACE: config.temporal.namespace,
      HONE_GATEWAY_SOCKET: config.gatewaySocket,
      HONE_HOST: config.host,
    };
    const start = async (name: 'gateway' | 'worker' | 'api') => {
      const process = await supervise({
        name,
        script: `${name}.ts`,
        environment: { ...more, ...environment },
        logFile: join(logDirectory, `${name}.log`),
        onRestart: say,
      });
      closers.push(() => process.stop());
      return process;
    };
    const first = [start('gateway'), start('api')] as const;
    await Promise.allSettled(first);
    const [gateway, api] = await Promise.all(first);
    const worker = await start('worker');
    say('gateway, worker and API are up');
    return {
      databaseUrl: database.url,
      temporalAddress: temporal.address,
      temporalUiUrl: temporal.uiUrl,
      logDirectory,
      environment,
      processes: { gateway, worker, api },
      servers: { postgres: database.kept, temporal: temporal.kept },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const mostAttempts = 3;

type Closers = (() => Promise<unknown>)[];

async function postgres(
  config: Config,
  logDirectory: string,
  closers: Closers,
  say: Say,
): Promise<{ url: string; kept: KeptServer | null }> {
  if (config.databaseUrl) return { url: config.databaseUrl, kept: null };
  say('starting Postgres');
  const dataDirectory = join(config.dataDirectory, 'postgres');
  const logFile = join(logDirectory, 'postgres.log');
  const log = (await openLog(logFile)).createWriteStream();
  log.on('error', (error) => say(`${logFile} cannot be written: ${error.message}`));
  closers.push(() => new Promise<void>((ended) => log.end(() => ended())));
  const start = (port?: number) =>
    startPostgres({ dataDirectory, log: (line) => log.write(`${line}\n`), ...(port === undefined ? {} : { port }) });
  const first = await start();
  const kept = keepUp({ name: 'Postgres', first, startAgain: () => start(first.port), say, logFile });
  closers.push(() => kept.stop());
  await ensureDatabase(first.url('postgres'), 'hone');
  return { url: first.url('hone'), kept };
}

async function temporalServer(
  config: Config,
  logDirectory: string,
  closers: Closers,
  say: Say,
): Promise<Pick<TemporalServer, 'address' | 'uiUrl'> & { kept: KeptServer | null }> {
  if (config.temporal.address) return { address: config.temporal.address, uiUrl: '', kept: null };
  say('starting Temporal');
  const logFile = join(logDirectory, 'temporal.log');
  const { first, settings } = await temporalOnFreePorts({
    executable: temporalExecutable(config.dataDirectory),
    databaseFile: join(config.dataDirectory, 'temporal', 'temporal.db'),
    logFile,
    searchAttributes: Object.values(searchAttributes),
  });
  const kept = keepUp({ name: 'Temporal', first, startAgain: () => startTemporal(settings), say, logFile });
  closers.push(() => kept.stop());
  return { address: first.address, uiUrl: first.uiUrl, kept };
}

/** A port that was free may be somebody's a moment later, when much starts at once: then others are tried. */
async function temporalOnFreePorts(
  fixed: Omit<TemporalServerSettings, 'port' | 'uiPort'>,
): Promise<{ first: TemporalServer; settings: TemporalServerSettings }> {
  for (let attempt = 1; ; attempt += 1) {
    const [port, uiPort] = await freePorts(2);
    const settings = { ...fixed, port: port!, uiPort: uiPort! };
    try {
      return { first: await startTemporal(settings), settings };
    } catch (error) {
      if (attempt === mostAttempts) throw error;
    }
  }
}

/** Where set-up found or made Temporal's server. */
export function temporalExecutable(dataDirectory: string): string {
  for (const folder of [dataDirectory, join(root, '.hone')]) {
    try {
      const { temporalPath } = JSON.parse(readFileSync(join(folder, 'setup.json'), 'utf8')) as { temporalPath?: string };
      if (temporalPath) return temporalPath;
    } catch {
      continue; // not set up here
    }
  }
  throw new HoneError('tool-missing', "Temporal's server was not found.", 'Run npm run setup: it finds, downloads or builds it.');
}
