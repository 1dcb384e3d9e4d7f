import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import { makePortChooser } from '../../hosts/local/free-port.ts';
import type { Figure } from '../figures.ts';
import { studentRatio } from '../statistics.ts';
import { runLoad } from './h2load.ts';
import { contenders, type Contender, type Subject } from './rounds.ts';
import { startServer } from './server.ts';

const valgrind = '/usr/bin/valgrind';
/** Enough for every endpoint; under valgrind a request takes some thirty times as long. */
const requests = 800;

/** Instructions of user code that a build executes from its start to its end, for the same requests. */
export type Instructions = Readonly<Record<Contender, number>>;

export interface InstructionSettings {
  readonly subject: Subject;
  /** For lists and reports; made when it is not there. */
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Counts instructions with valgrind's cachegrind: neither the machine's noise nor where a build's code came to lie changes them, so that
 * two profiles can be told apart by less than CPU time can show. Null, with a line that says so, where valgrind is not installed.
 */
export async function countInstructions({ subject, folder, say, signal }: InstructionSettings): Promise<Instructions | null> {
  const isInstalled = await access(valgrind).then(
    () => true,
    () => false,
  );
  if (!isInstalled) {
    say('instructions are not counted: valgrind is not installed (apt-get install valgrind)');
    return null;
  }
  await mkdir(folder, { recursive: true });
  const counts = {} as Record<Contender, number>;
  for (const name of contenders) {
    counts[name] = await countOf(subject, name, folder, signal);
    say(`instructions of ${requests} requests: ${(counts[name] / 1e6).toFixed(1)} million, ${name}`);
  }
  return counts;
}

async function countOf({ binaries, database, paths }: Subject, name: Contender, folder: string, signal: AbortSignal): Promise<number> {
  const port = await makePortChooser().take();
  const [report, list] = [join(folder, `${name}.cachegrind`), join(folder, `${name}.list`)];
  const chosen = paths.slice(0, requests);
  await writeFile(list, chosen.map((path) => `http://127.0.0.1:${port}${path}\n`).join(''));
  const tool = ['--tool=cachegrind', '--cache-sim=no', `--cachegrind-out-file=${report}`, '--quiet'];
  const words = [...tool, binaries[name], 'serve', '--port', String(port), '--database', database];
  const core = cpus().length - 1;
  const server = await startServer({ binary: valgrind, words, port, core, signal });
  try {
    await runLoad({ list, addresses: chosen.length, clients: 1, core: 0, signal });
  } finally {
    await server.stop();
  }
  return parseSummary(await readFile(report, 'utf8'), report);
}

/** The total in a report of cachegrind. */
export function parseSummary(text: string, path: string): number {
  const [, count] = /^summary: (\d+)/m.exec(text) ?? [];
  if (count === undefined)
    throw new HoneError('evaluation-failed', `${path} has no line "summary: N".`, 'Run valgrind by hand to see why.');
  return Number(count);
}

/** Ratios over the pairs of builds, with their 95 % interval where there are several. */
export function instructionFigures(counted: readonly Instructions[]): readonly Figure[] {
  if (counted.length === 0) return [];
  const figure = (name: string, over: Contender, aim: string | null, peer: string): Figure => {
    const { ratio: value, low, high } = studentRatio(counted.map((counts) => Math.log(counts[over] / counts.hone)));
    return { name, value, low, high, unit: 'ratio', aim, peer: `${peer}; instructions counted by cachegrind, ${requests} held-out GETs` };
  };
  return [
    figure('instructions-gain', 'baseline', null, 'the baseline’s over Hone’s'),
    figure('instructions-of-hand-made', 'by-hand', '≥ 0.99', 'by-hand.sh’s over Hone’s'),
  ];
}
