import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import { makePortChooser } from '../../hosts/local/free-port.ts';
import { shuffled } from '../statistics.ts';
import { runLoad, type LoadReport } from './h2load.ts';
import { startServer, type Server } from './server.ts';

/** The builds that are measured side by side. */
export const contenders = ['baseline', 'hone', 'by-hand'] as const;
export type Contender = (typeof contenders)[number];

/** CPU time per request in one round, nanoseconds. */
export type Round = Readonly<Record<Contender, number>>;

/** What one refresh cycle and one run of the script made. */
export interface Subject {
  readonly binaries: Readonly<Record<Contender, string>>;
  readonly database: string;
  /** Paths of GET requests that trained nobody. */
  readonly paths: readonly string[];
}

export interface RoundsSettings {
  /** Measured in turn, a round each. */
  readonly subjects: readonly Subject[];
  /** Of all together. */
  readonly rounds: number;
  /** For the lists of addresses; exists. */
  readonly folder: string;
  readonly random: () => number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const pathsPerSlice = 200;
const clients = 2;

/**
 * Rounds of all contenders on the same requests. In each round all of them are started anew (new address layouts) and pinned
 * to the same core, the load tool to another. The requests come in slices of a few tenths of a second; the contenders take
 * each slice one after the other in random order, so that what the machine does meanwhile meets all alike. Throws when answers are
 * lost, or differ in statuses or sizes. Answers the rounds by subject.
 */
export async function measureRounds(settings: RoundsSettings): Promise<readonly (readonly Round[])[]> {
  const { subjects } = settings;
  const rounds = subjects.map((): Round[] => []);
  for (let index = 0; index < settings.rounds; index += 1) {
    const which = index % subjects.length;
    const [subject, own] = [subjects[which]!, rounds[which]!];
    const slices = inSlices(subject.paths);
    // A subject's odd rounds take the odd slices, its even rounds the even ones: shorter rounds, and more of them.
    const chosen = slices.length < 2 ? slices : slices.filter((_, place) => place % 2 === own.length % 2);
    const round = await measureRound({ ...settings, ...subject }, chosen);
    own.push(round);
    const [base, hone, hand] = contenders.map((name) => Math.round(round[name] / 1000));
    settings.say(
      `round ${index + 1} of ${settings.rounds}, builds of pair ${which + 1}: CPU µs per request ${base} baseline, ${hone} Hone, ${hand} by hand`,
    );
  }
  return rounds;
}

type RoundSettings = Omit<RoundsSettings, 'subjects' | 'rounds'> & Subject;

/** Cuts the list into slices of equal length, so that each weighs the same; what is left over is not asked. */
export function inSlices(paths: readonly string[]): readonly (readonly string[])[] {
  const size = Math.min(pathsPerSlice, paths.length);
  if (size === 0) throw new HoneError('evaluation-failed', 'No GET request was held out.', 'Let more traffic through the mirror.');
  return Array.from({ length: Math.floor(paths.length / size) }, (_, index) => paths.slice(index * size, (index + 1) * size));
}

async function measureRound(settings: RoundSettings, slices: readonly (readonly string[])[]): Promise<Round> {
  const spent: Record<Contender, number> = { baseline: 0, hone: 0, 'by-hand': 0 };
  let requests = 0;
  await withServers(settings, async (running) => {
    for (const { port } of running.values()) await ask(settings, port, slices[0]!);
    for (const slice of slices) {
      const reports: LoadReport[] = [];
      for (const [name, { server, port }] of shuffled([...running], settings.random)) {
        const before = await server.cpuNanoseconds();
        reports.push(await ask(settings, port, slice));
        spent[name] += (await server.cpuNanoseconds()) - before;
      }
      confirmEqual(reports);
      requests += reports[0]!.requests;
    }
  });
  return Object.fromEntries(contenders.map((name) => [name, spent[name] / requests])) as Record<Contender, number>;
}

type Running = ReadonlyMap<Contender, { readonly server: Server; readonly port: number }>;

/** Starts every contender, in random order; afterwards each must end well. */
async function withServers({ binaries, database, random, signal }: RoundSettings, use: (running: Running) => Promise<void>): Promise<void> {
  const ports = makePortChooser();
  const core = cpus().length - 1;
  const running = new Map<Contender, { readonly server: Server; readonly port: number }>();
  const stop = () => Promise.all([...running.values()].map(({ server }) => server.stop()));
  try {
    for (const name of shuffled(contenders, random)) {
      const port = await ports.take();
      const words = ['serve', '--port', String(port), '--database', database];
      running.set(name, { port, server: await startServer({ binary: binaries[name], words, port, core, signal }) });
    }
    await use(running);
  } catch (error) {
    await stop().catch(() => undefined); // the first failure is the one to tell
    throw error;
  }
  await stop();
}

async function ask({ folder, signal }: RoundSettings, port: number, slice: readonly string[]): Promise<LoadReport> {
  const list = join(folder, 'addresses.txt');
  await writeFile(list, slice.map((path) => `http://127.0.0.1:${port}${path}\n`).join(''));
  return runLoad({ list, addresses: slice.length, clients, core: 0, signal });
}

/** A build that answers less, or differently, is not faster. */
export function confirmEqual(reports: readonly LoadReport[]): void {
  const [first, ...others] = reports.map(
    ({ requests, statuses, bodyBytes }) => `${requests} requests, ${statuses.join('/')}, ${bodyBytes} bytes`,
  );
  const different = others.find((other) => other !== first);
  if (different !== undefined) {
    throw new HoneError(
      'evaluation-failed',
      `The builds answer differently: ${first} and ${different}.`,
      'No gain is read from such a run.',
    );
  }
  const { requests, statuses } = reports[0]!;
  if (statuses[0] < requests * 0.9) {
    throw new HoneError(
      'evaluation-failed',
      `Only ${statuses[0]} of ${requests} answers were 2xx.`,
      'The held-out requests do not find their rows.',
    );
  }
}
