import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { plain, type Bench } from '../figures.ts';
import { makeRandom } from '../statistics.ts';
import { countInstructions, instructionFigures } from './instructions.ts';
import { gainFigures, timeFigures } from './loop-figures.ts';
import { makeOwnExample, type OwnExample } from './own-example.ts';
import { evaluateBriefly, makePair, type Pair } from './pair.ts';
import { measureRounds } from './rounds.ts';

const pairs = { quick: 1, full: 3 } as const;
const rounds = { quick: 3, full: 30 } as const;

/**
 * `bench -- loop`: a refresh cycle of the example, then the same by a shell script, three times on fresh stacks; then the programs of each and
 * the baseline measured with h2load on requests that trained neither, and their instructions counted. Only the first cycle evaluates to a verdict.
 */
export const run: Bench = async (say, { quick, signal }) => {
  const size = quick ? 'quick' : 'full';
  const loadBefore = loadavg()[0]!;
  const own: OwnExample[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-rounds-'));
  try {
    const made: Pair[] = [];
    while (made.length < pairs[size]) {
      say(`pair ${made.length + 1} of ${pairs[size]}`);
      const example = await makeOwnExample();
      own.push(example);
      if (made.length > 0) await evaluateBriefly(example);
      made.push(await makePair(example, say, signal));
    }
    const seed = randomInt(2 ** 32 - 1);
    say(`measuring on held-out requests; the seed of the random order is ${seed}`);
    const random = makeRandom(seed);
    const subjects = made.map(({ subject }) => subject);
    const measured = await measureRounds({ subjects, rounds: rounds[size], folder, random, say, signal });
    const counted = [];
    for (const subject of subjects) counted.push(await countInstructions({ subject, folder, say, signal }));
    return [
      ...gainFigures(measured, made[0]!.facts, random),
      ...instructionFigures(counted.filter((counts) => counts !== null)),
      ...timeFigures(made),
      plain('load-average-before', loadBefore, 'tasks', { aim: '< 2', peer: 'what else the machine did when the bench began' }),
    ];
  } finally {
    await Promise.all([...own.map((example) => example.remove()), rm(folder, { recursive: true, force: true })]);
  }
};
