import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../runtime/config.ts';
import { plain, type Bench, type Figure } from '../figures.ts';
import { bootstrapRatio, makeRandom, quantile, shuffled } from '../statistics.ts';
import { sendLoad, type LoadRequest, type LoadResult } from './load.ts';
import { startProduction } from './production.ts';
import { gatewayStates, startMirrorBench, type GatewayState, type Measured, type MirrorBench } from './states.ts';

const rounds = { quick: 3, full: 12 } as const;
const phaseSeconds = 2;
const connections = 8;
const kibibyte = 1024;

/** What is measured against production without a mirror, in each round: a state of the gateway, or bodies of a size, or nothing at all. */
interface Case {
  readonly name: string;
  /** Null: without a mirror, as its other half. */
  readonly state: GatewayState | null;
  readonly bodyBytes: number;
  readonly requestsPerSecond: number;
}

const usual = { bodyBytes: kibibyte, requestsPerSecond: 400 };
const cases: readonly Case[] = [
  { name: 'a-a', state: null, ...usual },
  ...gatewayStates.map((state) => ({ name: state, state, ...usual })),
  { name: 'body-64-kib', state: 'healthy', bodyBytes: 64 * kibibyte, requestsPerSecond: 100 },
  { name: 'body-1-mib', state: 'healthy', bodyBytes: kibibyte * kibibyte, requestsPerSecond: 20 },
  { name: 'body-10-mib', state: 'healthy', bodyBytes: 10 * kibibyte * kibibyte, requestsPerSecond: 4 },
];

/** One round of a case: production without the mirror, and with it. */
interface Pair {
  readonly without: LoadResult;
  readonly with: LoadResult;
  readonly unaccounted: number;
}

/** `bench -- mirror`: production's times and failures with and without the mirror, side by side, for every state of the gateway. */
export const run: Bench = async (say, { quick, signal }) => {
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-mirror-'));
  await chmod(folder, 0o755);
  const { nginxPath } = readConfig();
  const production = await startProduction(folder, nginxPath);
  try {
    const bench = await startMirrorBench(folder, nginxPath);
    try {
      const seed = randomInt(2 ** 32 - 1);
      say(`the seed of the random order is ${seed}`);
      return await measure({
        url: production.url,
        bench,
        rounds: quick ? rounds.quick : rounds.full,
        random: makeRandom(seed),
        say,
        signal,
      });
    } finally {
      await bench.stop();
    }
  } finally {
    await production.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

interface Measuring {
  readonly url: string;
  readonly bench: MirrorBench;
  readonly rounds: number;
  readonly random: () => number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

async function measure(settings: Measuring): Promise<readonly Figure[]> {
  const pairs = new Map(cases.map(({ name }) => [name, [] as Pair[]]));
  await load(settings, cases[0]!); // warm: the first connections and pages
  for (let round = 1; round <= settings.rounds; round += 1) {
    for (const one of shuffled(cases, settings.random)) {
      const pair = await measurePair(settings, one);
      pairs.get(one.name)!.push(pair);
      const [before, after] = [pair.without, pair.with].map(({ times }) => quantile(times, 0.99).toFixed(2));
      settings.say(`round ${round} of ${settings.rounds}, ${one.name}: p99 ${before} ms without, ${after} ms with`);
    }
  }
  return figuresOf(pairs, settings.random);
}

/** Both halves one after the other, in random order, so that what the machine does meanwhile meets both alike. */
async function measurePair(settings: Measuring, one: Case): Promise<Pair> {
  const isFirst = settings.random() < 0.5;
  const first = isFirst ? await load(settings, one) : null;
  const { state } = one;
  const mirrored =
    state === null
      ? { result: await load(settings, one), lost: 0 }
      : lossesOf(one, await settings.bench.during(state, () => load(settings, one)));
  return { without: first ?? (await load(settings, one)), with: mirrored.result, unaccounted: mirrored.lost };
}

function load({ url, signal }: Measuring, { bodyBytes, requestsPerSecond }: Case): Promise<LoadResult> {
  const body = Buffer.from(JSON.stringify({ query: 'chairs', pages: 3, note: 'x'.repeat(bodyBytes - 40) }));
  const requestOf = (index: number): LoadRequest =>
    index % 2 === 0 && bodyBytes === kibibyte
      ? { method: 'GET', path: `/products/${index}?q=chair&page=2`, body: null }
      : { method: 'POST', path: '/quotes', body };
  return sendLoad({ url, requestsPerSecond, seconds: phaseSeconds, connections, requestOf, signal });
}

/**
 * How far three counts are apart: the client's, nginx's and the gateway's. Bodies above the manifest's limit are not copied; nor is
 * anything between the end of a gateway and the next one's turning the mirror on again, so that in that state only nginx's count stands.
 */
function lossesOf({ state, bodyBytes }: Case, { result, counters, noted }: Measured<LoadResult>) {
  const isCopied = bodyBytes < 2 * kibibyte * kibibyte;
  const expected = state === 'restarting' || !isCopied ? noted : result.sent;
  return { result, lost: Math.abs(expected - counters.received) + Math.abs(noted - counters.received) };
}

function figuresOf(pairs: ReadonlyMap<string, readonly Pair[]>, random: () => number): readonly Figure[] {
  const all = [...pairs].flatMap(([name, of]) => caseFigures(name, of, random));
  const every = [...pairs.values()].flat();
  const lost = every.reduce((sum, { unaccounted }) => sum + unaccounted, 0);
  const mirrored = every.reduce((sum, pair) => sum + pair.with.sent, 0);
  return [
    ...all,
    plain('unaccounted-requests', lost, 'requests', { aim: '0', peer: `of ${mirrored} requests: client, nginx and gateway agree` }),
  ];
}

function caseFigures(name: string, pairs: readonly Pair[], random: () => number): readonly Figure[] {
  const isSame = name === 'a-a';
  const ratio = (share: number): Omit<Figure, 'name'> => {
    const logs = pairs.map((pair) => Math.log(quantile(pair.with.times, share) / quantile(pair.without.times, share)));
    const { ratio: value, low, high } = bootstrapRatio(logs, random);
    return {
      value,
      low,
      high,
      unit: 'ratio',
      aim: isSame ? null : 'as a-a',
      peer: isSame ? 'both without a mirror' : timesInWords(pairs, share),
    };
  };
  const errors = pairs.reduce((sum, pair) => sum + pair.with.errors - pair.without.errors, 0);
  return [
    { name: `p99-ratio-${name}`, ...ratio(0.99) },
    { name: `p50-ratio-${name}`, ...ratio(0.5) },
    plain(`more-errors-${name}`, errors, 'requests', { aim: '0', peer: 'with less without the mirror' }),
  ];
}

function timesInWords(pairs: readonly Pair[], share: number): string {
  const middle = (times: (pair: Pair) => readonly number[]) =>
    quantile(
      pairs.map((pair) => quantile(times(pair), share)),
      0.5,
    ).toFixed(2);
  return `${middle((pair) => pair.with.times)} ms with, ${middle((pair) => pair.without.times)} ms without`;
}
