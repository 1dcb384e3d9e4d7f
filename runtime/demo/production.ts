import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HoneError } from '../../domain/errors.ts';

const run = promisify(execFile);

export interface DemoProduction {
  readonly url: string;
  /** Sends bounded traffic of one mix until stopped or over. Only one mix at a time. */
  send(mix: 'training' | 'held-out'): Promise<void>;
  stopTraffic(): Promise<void>;
  stop(): Promise<void>;
}

export interface ProductionSettings {
  readonly exampleDirectory: string;
  readonly productionDirectory: string;
  readonly binary: string;
  readonly requestsPerSecond: number;
}

const trafficSeconds = 1800;
/** Held-out requests are only stored, which costs next to nothing: their clients may hurry. */
const paces = { training: 1, 'held-out': 2 } as const;
const seeds = { training: 11, 'held-out': 29 } as const;

/** The example's own production: nginx before the service, as its operators start it; and clients that use it. */
export async function startProduction({
  exampleDirectory,
  productionDirectory,
  binary,
  requestsPerSecond,
}: ProductionSettings): Promise<DemoProduction> {
  const operate = async (verb: string, ...rest: string[]) => {
    const script = join(exampleDirectory, 'production', 'production.mjs');
    try {
      const { stdout } = await run(process.execPath, [script, verb, '--directory', productionDirectory, ...rest], {
        cwd: exampleDirectory,
      });
      return stdout.trim();
    } catch (error) {
      const { stderr } = error as { stderr?: string };
      throw new HoneError(
        'deploy-failed',
        `The example's production did not ${verb}.`,
        'See its lines below; nginx and the service log into its folder.',
        {
          details: (stderr ?? String(error)).trim().split('\n').slice(-10),
          cause: error,
        },
      );
    }
  };
  await operate('stop');
  const { url } = JSON.parse((await operate('start', '--binary', binary)).split('\n').at(-1)!) as { url: string };
  let traffic: ChildProcess | null = null;

  async function stopTraffic(): Promise<void> {
    const child = traffic;
    traffic = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  return {
    url,
    stopTraffic,
    async send(mix) {
      await stopTraffic();
      const bounds = [
        '--rate',
        String(requestsPerSecond * paces[mix]),
        '--seconds',
        String(trafficSeconds),
        '--seed',
        String(seeds[mix]),
        '--mix',
        mix,
      ];
      traffic = spawn(
        'setpriv',
        [
          '--pdeathsig',
          'TERM',
          process.execPath,
          join(exampleDirectory, 'traffic.mjs'),
          '--url',
          url,
          '--facts',
          productionDirectory,
          ...bounds,
        ],
        {
          stdio: 'ignore',
          detached: true,
        },
      );
      await once(traffic, 'spawn');
    },
    async stop() {
      await stopTraffic();
      await operate('stop');
    },
  };
}
