import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench, Figure } from '../figures.ts';
import { makeRandom } from '../statistics.ts';
import { installPeers } from './contenders/install-peers.ts';
import { startContender, type Contender } from './contenders/contender.ts';
import type { CorpusLine } from './contenders/protocol.ts';
import { makeCorpus } from './corpus/corpus.ts';
import type { Case } from './corpus/truth.ts';
import { honeFigures, peerFigures, shareFigures } from './deidentify-figures.ts';
import { measureRounds, type Measured } from './rounds.ts';
import { samplerFigures } from './sampler-rates.ts';
import { missTable, score, type Scores } from './scores.ts';

const sizes = { quick: { requests: 300, rounds: 3 }, full: { requests: 3000, rounds: 20 } } as const;
/** A peer is judged on the first so many requests, or on what it does in so many seconds of CPU time. */
const judgedOfPeers = { requests: 300, seconds: 15 } as const;

/**
 * `bench -- deidentify`: the five stages beside the peers, on requests of which it is known what must go and what must stay. Only the reported part of
 * the corpus is measured, which those who change the rules do not read; with `--tuning` Hone's shares on the tuning parts stand beside it.
 */
export const run: Bench = async (say, { quick, tuning, signal }) => {
  const { requests, rounds } = quick ? sizes.quick : sizes.full;
  const cases = makeCorpus('reported', requests);
  const peers = await installPeers(say, signal);
  const folder = await mkdtemp(join(tmpdir(), 'hone-deidentify-'));
  try {
    const corpusFile = join(folder, 'corpus.jsonl');
    await writeFile(corpusFile, cases.map((one) => `${JSON.stringify(lineOf(one))}\n`).join(''));
    const available = Object.entries(peers).filter((entry): entry is [string, readonly string[]] => typeof entry[1] !== 'string');
    for (const [name, why] of Object.entries(peers)) if (typeof why === 'string') say(`${name} is unavailable: ${why}`);
    const hone = [process.execPath, fileURLToPath(new URL('contenders/hone.ts', import.meta.url))];
    const seed = randomInt(2 ** 32 - 1);
    say(`${requests} requests; the seed of the random order is ${seed}`);
    const random = makeRandom(seed);
    const commands = { hone, ...Object.fromEntries(available) };
    return await measureRounds({ commands, corpusFile, requests, rounds, random, say, signal }, async (contenders, measured) => {
      const scores = new Map<string, Scores>();
      for (const [name, contender] of contenders) {
        const judged = name === 'hone' ? cases.length : judgedOf(measured.get(name)!);
        scores.set(name, await scoreOf(contender, cases.slice(0, judged), random));
        say(`${name} judged on ${Math.min(judged, cases.length)} requests`);
      }
      tell(scores.get('hone')!, say);
      const absent = Object.keys(peers).filter((name) => typeof peers[name] === 'string');
      return [
        ...honeFigures(measured.get('hone')!, scores.get('hone')!, random),
        ...available.flatMap(([name]) => peerFigures(name, measured.get(name)!, scores.get(name)!, random)),
        ...samplerFigures(quick ? 2000 : 20_000),
        ...(tuning ? await tuningFigures(hone, folder, requests, { random, signal }) : []),
        ...absent.map((name) => ({
          name: `unavailable-${name}`,
          value: 1,
          low: null,
          high: null,
          unit: 'peers',
          aim: null,
          peer: String(peers[name]),
        })),
      ];
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Hone's shares on the parts that the rules are changed by looking at. */
async function tuningFigures(
  hone: readonly string[],
  folder: string,
  requests: number,
  { random, signal }: { readonly random: () => number; readonly signal: AbortSignal },
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const part of ['tuning', 'tuning-second', 'tuning-third'] as const) {
    const cases = makeCorpus(part, requests);
    const file = join(folder, `${part}.jsonl`);
    await writeFile(file, cases.map((one) => `${JSON.stringify(lineOf(one))}\n`).join(''));
    const contender = startContender([...hone, file], cpus().length - 1, signal);
    try {
      figures.push(...shareFigures(`-${part}`, await scoreOf(contender, cases, random)));
    } finally {
      await contender.stop();
    }
  }
  return figures;
}

function lineOf({ incoming }: Case): CorpusLine {
  const { method, target, headers, body } = incoming;
  return { method, target, headers, body: Buffer.from(body).toString('base64') };
}

function judgedOf({ rates }: Measured): number {
  const slowest = Math.min(...rates);
  return Math.max(1, Math.min(judgedOfPeers.requests, Math.floor(slowest * judgedOfPeers.seconds)));
}

async function scoreOf(contender: Contender, cases: readonly Case[], random: () => number): Promise<Scores> {
  const { outputs = [] } = await contender.take({ from: 0, to: cases.length, outputs: true });
  return score(cases, outputs, random);
}

function tell({ drops, lostShapes, verdicts }: Scores, say: (line: string) => void): void {
  say(`dropped: ${JSON.stringify(drops)}; shapes lost: ${JSON.stringify(lostShapes)}`);
  for (const by of ['encoding', 'where'] as const) {
    say(`removed, by kind and ${by}, where something was left\n${missTable(verdicts, 'go', by)}`);
    say(`decoys left alone, by kind and ${by}, where one was changed\n${missTable(verdicts, 'stay', by)}`);
  }
  say(`all, by encoding and place\n${wholeTable(verdicts)}`);
}

const wholeTable = (verdicts: Scores['verdicts']) =>
  [...Map.groupBy(verdicts, ({ truth, where }) => `${truth.must} ${truth.encoding}, ${where}`)]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, all]) => `${name.padEnd(40)}${all.filter(({ right }) => right).length}/${all.length}`)
    .join('\n');
