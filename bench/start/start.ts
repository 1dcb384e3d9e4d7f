import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inOneLine, plain, type Bench, type Figure } from '../figures.ts';
import { quantile } from '../statistics.ts';
import { loopStarts, timed, type TimedCommand, type Times } from './timed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * `bench -- start`: a clone of the last commit, from nothing to the start of the loop and to the demo's end, once cold and then warm, by
 * the commands that a user types; then all tests. System packages, and the caches of npm and Go, are as the machine has them. Each figure
 * is said as soon as it is known: a command that fails later takes none of them away.
 */
export const run: Bench = async (say, { quick, signal }) => {
  const folder = await mkdtemp(join(tmpdir(), 'hone-start-'));
  const figures: Figure[] = [];
  const known = (figure: Figure) => {
    figures.push(figure);
    say(inOneLine(figure));
  };
  const clone = async (name: string): Promise<Command> => {
    const checkout = join(folder, name);
    await timed({ words: ['git', 'clone', '--quiet', root, checkout], cwd: folder, line: null, until: 'end', say, signal });
    return (words, how = { line: null, until: 'end' }) => timed({ words, cwd: checkout, ...how, say, signal });
  };
  try {
    await demoFigures(await clone('demo'), quick, known);
    if (!quick) await testFigures(await clone('test'), known);
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Times a command in a clone, to its end unless told otherwise. */
type Command = (words: readonly string[], how?: Pick<TimedCommand, 'line' | 'until'>) => Promise<Times>;
type Known = (figure: Figure) => void;

/** `quick` interrupts every demo where the loop starts. */
async function demoFigures(command: Command, quick: boolean, known: Known): Promise<void> {
  const demo = (until: 'line' | 'end') => command(['npm', 'run', 'demo', '--', '--once'], { line: loopStarts, until });
  const cold = await demo(quick ? 'line' : 'end');
  known(plain('demo-cold-seconds', cold.toLine, 's', { peer: 'npm run demo in a fresh clone, to the start of the loop' }));
  if (!quick) known(plain('demo-cold-whole-seconds', cold.toEnd, 's', { peer: 'the same run, to its end: npm run demo -- --once' }));
  const warm = await repeated(quick ? 1 : 3, () => demo('line'));
  known(
    spread(
      'demo-warm-seconds',
      warm.map(({ toLine }) => toLine),
      '< 15',
      'the same command again, to the start of the loop',
    ),
  );
  if (!quick) known(plain('demo-warm-whole-seconds', (await demo('end')).toEnd, 's', { peer: 'the same command again, to its end' }));
  const idle = await repeated(quick ? 1 : 5, () => command(['npm', 'run', 'setup']));
  known(
    spread(
      'setup-idle-seconds',
      idle.map(({ toEnd }) => toEnd),
      null,
      'npm run setup with nothing to do',
    ),
  );
}

async function testFigures(command: Command, known: Known): Promise<void> {
  const cold = await command(['npm', 'test']);
  known(plain('test-cold-seconds', cold.toEnd, 's', { peer: 'npm test in a fresh clone, set-up and every test' }));
  const warm = await command(['npm', 'test']);
  known(plain('test-warm-seconds', warm.toEnd, 's', { aim: '< 1200', peer: 'the same command again' }));
}

/** The median, with the least and the most as its interval. */
export function spread(name: string, seconds: readonly number[], aim: string | null, peer: string): Figure {
  const low = Math.min(...seconds);
  return {
    ...plain(name, quantile(seconds, 0.5), 's', { aim, peer: `${peer}; ${seconds.length} runs, least to most` }),
    low,
    high: Math.max(...seconds),
  };
}

async function repeated<Result>(times: number, step: () => Promise<Result>): Promise<readonly Result[]> {
  const all: Result[] = [];
  while (all.length < times) all.push(await step());
  return all;
}
