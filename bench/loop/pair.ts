import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closeLoopOnce, type ClosedLoop } from '../../runtime/demo/loop.ts';
import { pathsOfGets } from './addresses.ts';
import { makeByHand, type HandMade } from './by-hand.ts';
import { readFacts, type LoopFacts } from './loop-facts.ts';
import type { OwnExample } from './own-example.ts';
import type { Subject } from './rounds.ts';

/** To production, as in the demo. */
const requestsPerSecond = 300;

/** One refresh cycle, and the same by the script right after it, on a stack of their own with nothing built before. */
export interface Pair {
  readonly facts: LoopFacts;
  readonly hand: HandMade;
  readonly subject: Subject;
}

/** Makes both. What they made lies below the example's folder. Ends the loop. */
export async function makePair(own: OwnExample, say: (line: string) => void, signal: AbortSignal): Promise<Pair> {
  const loop = await closeLoopOnce({ config: own.config, example: own.example, requestsPerSecond, say, signal });
  const { facts, hand } = await doByHand(loop, own.folder, say, signal);
  const binaries = { baseline: facts.baselineBinary, hone: facts.optimisedBinary, 'by-hand': hand.binary };
  return { facts, hand, subject: { binaries, database: facts.database, paths: pathsOfGets(facts.heldOut) } };
}

/** Lets the cycle's evaluation end after one pair, for a cycle of which only the times up to there, and the builds, are wanted. */
export async function evaluateBriefly({ example }: Pick<OwnExample, 'example'>): Promise<void> {
  const path = join(example, 'hone.yaml');
  const text = await readFile(path, 'utf8');
  const brief = text
    .replace(/^evaluation:$/m, 'evaluation:\n  minimumPairs: 1\n  maximumPairs: 1')
    .replace(/^  speedRequests: .*$/m, '  speedRequests: 0');
  if (brief === text) throw new Error(`${path} has no line "evaluation:".`);
  await writeFile(path, brief);
}

/** The script's turn, beside everything that ran beside Hone's cycle: the stack, production, and its traffic until the workload is done. */
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
