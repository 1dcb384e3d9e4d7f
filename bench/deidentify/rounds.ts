import { cpus } from 'node:os';
import { shuffled } from '../statistics.ts';
import { startContender, type Contender } from './contenders/contender.ts';
import type { TurnReport } from './contenders/protocol.ts';

/** What was measured of one contender. */
export interface Measured {
  /** Requests per second of CPU time, one per round. */
  readonly rates: readonly number[];
  /** The last turn's report. */
  readonly last: TurnReport;
}

export interface RoundsSettings {
  /** Programs by name; each gets the corpus's file as its last argument. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
  readonly corpusFile: string;
  readonly requests: number;
  readonly rounds: number;
  readonly random: () => number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** CPU time of a turn: long enough for the clock, short enough that many fit. */
const turnSeconds = 0.5;

/**
 * Rounds in which each contender, in random order, works for about half a second on one core while the others wait. The same requests in all: a
 * faster contender gets through more of them. Before the rounds everyone works once through the corpus, or for a second, so that code is compiled.
 */
export async function measureRounds<Result>(
  settings: RoundsSettings,
  use: (contenders: ReadonlyMap<string, Contender>, measured: ReadonlyMap<string, Measured>) => Promise<Result>,
): Promise<Result> {
  const { commands, corpusFile, rounds, random, say, signal } = settings;
  const core = cpus().length - 1;
  const contenders = new Map(
    Object.entries(commands).map(([name, command]) => [name, startContender([...command, corpusFile], core, signal)]),
  );
  const measured = new Map<string, { rates: number[]; last: TurnReport; size: number }>();
  try {
    for (const [name, contender] of contenders) measured.set(name, await warmUp(contender, settings.requests));
    for (let round = 1; round <= rounds; round += 1) {
      for (const [name, contender] of shuffled([...contenders], random)) {
        const known = measured.get(name)!;
        const from = Math.floor(random() * (settings.requests - known.size + 1));
        known.last = await contender.take({ from, to: from + known.size, outputs: false });
        known.rates.push(rateOf(known.last));
      }
      say(`round ${round} of ${rounds}: ${[...measured].map(([name, { rates }]) => `${name} ${Math.round(rates.at(-1)!)}/s`).join(', ')}`);
    }
    return await use(contenders, measured);
  } finally {
    await Promise.allSettled([...contenders.values()].map((contender) => contender.stop()));
  }
}

const rateOf = ({ requests, cpuNanoseconds }: TurnReport) => requests / (cpuNanoseconds / 1e9);

/** Finds how many requests a turn takes. */
async function warmUp(contender: Contender, requests: number) {
  const first = await contender.take({ from: 0, to: Math.min(5, requests), outputs: false });
  const second = await contender.take({ from: 0, to: Math.min(requests, Math.ceil(rateOf(first) * 2)), outputs: false });
  const size = Math.max(1, Math.min(requests, Math.ceil(rateOf(second) * turnSeconds)));
  return { rates: [], last: second, size };
}
