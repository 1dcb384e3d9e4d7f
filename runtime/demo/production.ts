import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HoneError } from '../../domain/errors.ts';
import { lockFolder } from '../folder-lock.ts';

const run = promisify(execFile);

/** A demo that is left open ends its traffic after a day. */
const trafficSeconds = 86_400;
/**
 * Held-out requests are only stored, which costs next to nothing: their clients may hurry. Between cycles a tenth keeps the
 * service in use, and neither the machine warm nor the access log growing.
 */
const kinds = {
  training: { mix: 'training', pace: 1, seed: 11 },
  'held-out': { mix: 'held-out', pace: 2, seed: 29 },
  idle: { mix: 'training', pace: 0.1, seed: 47 },
} as const;

/** What production's clients do: train, be held out, or what they do between cycles. */
type Traffic = keyof typeof kinds;

export interface DemoProduction {
  readonly url: string;
  /** Sends bounded traffic of one kind until stopped or over. Only one kind at a time. */
  send(kind: Traffic): Promise<void>;
  stopTraffic(): Promise<void>;
  stop(): Promise<void>;
}

export interface ProductionSettings {
  readonly exampleDirectory: string;
  readonly productionDirectory: string;
  /** Answers the path of the service's program; called once the place is known to be free. */
  readonly binary: () => Promise<string>;
  readonly requestsPerSecond: number;
}

/**
 * The example's own production: nginx before the service, as its operators start it; and clients that use it. Its place is
 * fixed by the example's manifest, whatever the data folder: throws `conflict` when another demo, or a person, has it.
 */
export async function startProduction(settings: ProductionSettings): Promise<DemoProduction> {
  const { productionDirectory, binary } = settings;
  const release = await lockFolder('production', productionDirectory);
  if (release === null) throw taken(settings, 'Another demo has its production in it.', 'Stop that demo first (Ctrl-C).');
  try {
    await endLeftover(settings);
    const { url } = await operate<{ url: string }>(settings, 'start', '--binary', await binary());
    await markOwn(settings);
    const traffic = makeTraffic(settings, url);
    return {
      url,
      send: (kind) => traffic.send(kind),
      stopTraffic: () => traffic.stop(),
      async stop() {
        await traffic.stop();
        await operate(settings, 'stop');
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Calls production.mjs; answers the JSON that is its last line. Throws `deploy-failed`. */
async function operate<Answer>(
  { exampleDirectory, productionDirectory }: ProductionSettings,
  verb: string,
  ...rest: string[]
): Promise<Answer> {
  const script = join(exampleDirectory, 'production', 'production.mjs');
  try {
    const { stdout } = await run(process.execPath, [script, verb, '--directory', productionDirectory, ...rest], { cwd: exampleDirectory });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Answer;
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
}

interface Status {
  readonly running: boolean;
  readonly nginxPid?: number;
}

/** Which nginx a demo started: deploy hooks change the service behind it, never nginx. */
const ownerFile = ({ productionDirectory }: ProductionSettings) => join(productionDirectory, 'demo.json');

async function markOwn(settings: ProductionSettings): Promise<void> {
  const { nginxPid } = await operate<Status>(settings, 'status');
  await writeFile(ownerFile(settings), JSON.stringify({ nginxPid }));
}

/** Ends what a demo that was killed left; what runs and is no demo's is somebody's. */
async function endLeftover(settings: ProductionSettings): Promise<void> {
  const { running, nginxPid } = await operate<Status>(settings, 'status');
  const own = JSON.parse(await readFile(ownerFile(settings), 'utf8').catch(() => '{}')) as { nginxPid?: number };
  if (running && nginxPid !== own.nginxPid) {
    const script = join(settings.exampleDirectory, 'production', 'production.mjs');
    throw taken(
      settings,
      `A production runs in it that no demo started (nginx is process ${nginxPid}).`,
      `Stop it first: node ${script} stop --directory ${settings.productionDirectory}`,
    );
  }
  await operate(settings, 'stop');
}

function taken({ productionDirectory }: ProductionSettings, who: string, advice: string): HoneError {
  return new HoneError('conflict', `The demo cannot have its production in ${productionDirectory}: ${who}`, advice);
}

/** The clients: the example's traffic.mjs, one process at a time, which ends with this one. */
function makeTraffic(settings: ProductionSettings, url: string): { send(kind: Traffic): Promise<void>; stop(): Promise<void> } {
  const { exampleDirectory, productionDirectory, requestsPerSecond } = settings;
  let running: ChildProcess | null = null;

  async function stop(): Promise<void> {
    const child = running;
    running = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  return {
    stop,
    async send(kind) {
      await stop();
      const { mix, pace, seed } = kinds[kind];
      const rate = requestsPerSecond * pace;
      const script = [join(exampleDirectory, 'traffic.mjs'), '--url', url, '--facts', productionDirectory];
      const bounds = ['--rate', String(rate), '--seconds', String(trafficSeconds), '--seed', String(seed), '--mix', mix];
      const child = spawn('setpriv', ['--pdeathsig', 'TERM', process.execPath, ...script, ...bounds], { stdio: 'ignore', detached: true });
      running = child;
      await once(child, 'spawn');
    },
  };
}
