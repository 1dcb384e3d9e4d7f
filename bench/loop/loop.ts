import { randomInt } from 'node:crypto';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import { closeLoopOnce, type ClosedLoop } from '../../runtime/demo/loop.ts';
import { plain, type Bench } from '../figures.ts';
import { makeRandom } from '../statistics.ts';
import { makeByHand, type HandMade } from './by-hand.ts';
import { gainFigures, timeFigures } from './loop-figures.ts';
import { readFacts, type LoopFacts } from './loop-facts.ts';
import { makeOwnExample } from './own-example.ts';
import { measureRounds } from './rounds.ts';

/** To production, as in the demo. */
const requestsPerSecond = 300;
const rounds = { quick: 3, full: 30 } as const;

/**
 * `bench -- loop`: one refresh cycle of the example, then the same by a shell script, then both programs and the baseline
 * measured with h2load on requests that trained neither.
 */
export const run: Bench = async (say, { quick, signal }) => {
  const loadBefore = loadavg()[0]!;
  const own = await makeOwnExample();
  try {
    const loop = await closeLoopOnce({ config: own.config, example: own.example, requestsPerSecond, say, signal });
    const { facts, hand } = await doByHand(loop, own.folder, say, signal);
    const seed = randomInt(2 ** 32 - 1);
    say(`measuring on held-out requests; the seed of the random order is ${seed}`);
    const random = makeRandom(seed);
    const measured = await measureRounds({
      binaries: { baseline: facts.baselineBinary, hone: facts.optimisedBinary, 'by-hand': hand.binary },
      database: facts.database,
      paths: pathsOfGets(facts.heldOut),
      rounds: quick ? rounds.quick : rounds.full,
      folder: own.folder,
      random,
      say,
      signal,
    });
    return [
      ...gainFigures(measured, facts, random),
      ...timeFigures(facts, hand),
      plain('load-average-before', loadBefore, 'tasks', { aim: '< 2', peer: 'what else the machine did when the bench began' }),
    ];
  } finally {
    await own.remove();
  }
};

/** The script's turn, beside everything that ran beside Hone's cycle: the stack, production, and its traffic until the workload is done. Ends the loop. */
async function doByHand(
  loop: ClosedLoop,
  folder: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<{ readonly facts: LoopFacts; readonly hand: HandMade }> {
  try {
    const facts = await readFacts(loop, join(folder, 'facts'), signal);
    say(`by hand: ${facts.windowRequests} requests in ${facts.windowSeconds.toFixed(1)} s between two builds`);
    await loop.production.send('training');
    const onRan = () => loop.production.stopTraffic();
    const hand = await makeByHand({ facts, folder: join(folder, 'by-hand'), database: facts.database, onRan, signal });
    const steps = Object.entries(hand.seconds).map(([step, seconds]) => `${step} ${seconds.toFixed(1)} s`);
    say(`by hand: ${steps.join(', ')}`);
    return { facts, hand };
  } finally {
    await loop.stop();
  }
}

/** h2load asks for a list of addresses by GET. */
export function pathsOfGets(requests: readonly CorpusRequest[]): readonly string[] {
  return requests.filter(({ method }) => method === 'GET').map(({ path }) => path);
}
