import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { plain, type Bench, type Figure } from '../figures.ts';
import { quantile } from '../statistics.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const loopStarts = /\bplan +started\b/;
const longestSeconds = 1800;

/**
 * `bench -- start`: a clone of the last commit, from nothing to the start of the loop, once cold and then warm, by the commands
 * that a user types. System packages, and the caches of npm and Go, are as the machine has them.
 */
export const run: Bench = async (say, { quick, signal }) => {
  const folder = await mkdtemp(join(tmpdir(), 'hone-start-'));
  const clone = async (name: string) => {
    const checkout = join(folder, name);
    await timed({ words: ['git', 'clone', '--quiet', root, checkout], cwd: folder, until: null, say, signal });
    return (words: readonly string[], until: RegExp | null) => timed({ words, cwd: checkout, until, say, signal });
  };
  try {
    const figures = await demoFigures(await clone('demo'), quick);
    return quick ? figures : [...figures, ...(await testFigures(await clone('test')))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Seconds of a command in a clone, see {@link Timed}. */
type Command = (words: readonly string[], until: RegExp | null) => Promise<number>;

async function demoFigures(command: Command, quick: boolean): Promise<readonly Figure[]> {
  const demo = ['npm', 'run', 'demo', '--', '--once'];
  const cold = await command(demo, loopStarts);
  const warm = await repeated(quick ? 1 : 3, () => command(demo, loopStarts));
  const idle = await repeated(quick ? 1 : 5, () => command(['npm', 'run', 'setup'], null));
  return [
    plain('demo-cold-seconds', cold, 's', { peer: 'npm run demo in a fresh clone, to the start of the loop' }),
    spread('demo-warm-seconds', warm, '< 15', 'the same command again'),
    spread('setup-idle-seconds', idle, null, 'npm run setup with nothing to do'),
  ];
}

async function testFigures(command: Command): Promise<readonly Figure[]> {
  const cold = await command(['npm', 'test'], null);
  const warm = await command(['npm', 'test'], null);
  return [
    plain('test-cold-seconds', cold, 's', { peer: 'npm test in a fresh clone, set-up and every test' }),
    plain('test-warm-seconds', warm, 's', { aim: '< 1200', peer: 'the same command again' }),
  ];
}

/** The median, with the least and the most as its interval. */
function spread(name: string, seconds: readonly number[], aim: string | null, peer: string): Figure {
  const low = Math.min(...seconds);
  return {
    ...plain(name, quantile(seconds, 0.5), 's', { aim, peer: `${peer}; ${seconds.length} runs, least to most` }),
    low,
    high: Math.max(...seconds),
  };
}

async function repeated(times: number, step: () => Promise<number>): Promise<readonly number[]> {
  const all: number[] = [];
  while (all.length < times) all.push(await step());
  return all;
}

interface Timed {
  readonly words: readonly string[];
  readonly cwd: string;
  /** The line that ends the measurement; the command is then interrupted and its end awaited. Null: its end. */
  readonly until: RegExp | null;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Wall seconds of a command, or of its way to a line. Throws when it ends badly, or without the line. */
async function timed({ words, cwd, until, say, signal }: Timed): Promise<number> {
  const [program = '', ...rest] = words;
  say(`$ ${words.join(' ')}`);
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  const child = spawn(program, rest, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const interrupt = () => process.kill(-child.pid!, 'SIGINT');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(longestSeconds * 1000)]);
  limit.addEventListener('abort', interrupt, { once: true });
  const last: string[] = [];
  let seen: number | null = null;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line);
      if (last.length > 15) last.shift();
      if (seen !== null || until?.test(line) !== true) return;
      seen = elapsed();
      interrupt();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  limit.removeEventListener('abort', interrupt);
  signal.throwIfAborted();
  if (until === null ? code === 0 : seen !== null) return seen ?? elapsed();
  throw new Error(`${words.join(' ')} ended with ${code}${until ? ' before the loop started' : ''}:\n${last.join('\n')}`);
}
