import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { HoneError } from '../../domain/errors.ts';
import { makeCpuClock } from '../../hosts/local/cpu-time.ts';

export interface ServerSettings {
  readonly binary: string;
  /** What follows the program's name; it answers `GET /healthz` on `port` when it is ready. */
  readonly words: readonly string[];
  readonly port: number;
  /** The logical core that it is pinned to. */
  readonly core: number;
  /** Beside the search path. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** One running build. */
export interface Server {
  /** CPU time so far, nanoseconds. */
  cpuNanoseconds(): Promise<number>;
  /** Asks it to end; throws when it does not end with exit code 0. */
  stop(): Promise<void>;
}

const readySeconds = 15;

/** Starts a build and waits until it answers. It ends with this process. */
export async function startServer({ binary, words, port, core, environment, signal }: ServerSettings): Promise<Server> {
  const command = ['--pdeathsig', 'KILL', 'taskset', '-c', String(core), binary, ...words];
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...environment };
  const child = spawn('setpriv', command, { detached: true, stdio: 'ignore', env });
  await once(child, 'spawn');
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const failed = (what: string) => new HoneError('evaluation-failed', `${binary} ${what}.`, 'Start it by hand to see why.');
  const clock = makeCpuClock(() => Promise.resolve([child.pid!]));
  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    const [code, by] = await ended;
    if (code !== 0) throw failed(`ended with ${by ?? `exit code ${code}`}`);
  }
  try {
    for (let until = performance.now() + readySeconds * 1000; ; await delay(20, undefined, { signal })) {
      if (child.exitCode !== null || child.signalCode !== null) throw failed('ended before it was ready');
      if (await isReady(port)) return { cpuNanoseconds: () => clock.read(), stop };
      if (performance.now() > until) throw failed(`did not answer on port ${port} within ${readySeconds} s`);
    }
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
}
