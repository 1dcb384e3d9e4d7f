import { cpus } from 'node:os';
import { HoneError } from '../../domain/errors.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import { makePortChooser } from '../../hosts/local/free-port.ts';
import { makeReplayClient } from '../../traffic/replay/client.ts';
import { startServer, type Server } from '../loop/server.ts';
import { shuffled } from '../statistics.ts';
import type { Subject, Workshop } from './subject.ts';

/** The builds that are measured side by side: two with profiles of raw replays, one with that of the de-identified one. */
export const contenders = ['baseline', 'raw', 'raw-again', 'deidentified'] as const;
export type Contender = (typeof contenders)[number];

/** CPU time per request in one round, nanoseconds. */
export type Round = Readonly<Record<Contender, number>>;

export interface GainSettings {
  readonly subject: Subject;
  readonly binaries: Readonly<Record<Contender, string>>;
  readonly store: string | null;
  /** Raw requests that trained nobody. */
  readonly requests: readonly CorpusRequest[];
  readonly rounds: number;
  /** Requests that a contender answers before the next one's turn. */
  readonly slice: number;
}

interface Running {
  readonly name: Contender;
  readonly server: Server;
  readonly port: number;
}

const concurrency = 2;

/**
 * Rounds in which all contenders are started anew on the same core and take each slice of the requests one after the other in random
 * order, so that what the machine does meanwhile meets all alike. Throws when answers are lost, or differ in statuses or sizes.
 */
export async function measureGain(settings: GainSettings, workshop: Workshop): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (let index = 0; index < settings.rounds; index += 1) {
    rounds.push(await measureRound(settings, workshop));
    const spent = contenders.map((name) => `${name} ${(rounds.at(-1)![name] / 1000).toFixed(1)}`);
    workshop.say(`${settings.subject.name}, round ${index + 1} of ${settings.rounds}: CPU µs per request ${spent.join(', ')}`);
  }
  return rounds;
}

async function measureRound(settings: GainSettings, workshop: Workshop): Promise<Round> {
  const { slice, subject } = settings;
  const requests = Array.from({ length: subject.passes }, () => settings.requests).flat();
  const spent: Record<Contender, number> = { baseline: 0, raw: 0, 'raw-again': 0, deidentified: 0 };
  const running: Running[] = [];
  try {
    await startAll(settings, workshop, running);
    for (const one of running) await answer(one, requests.slice(0, slice), workshop.signal);
    for (let from = 0; from < requests.length; from += slice) {
      const answers = new Set<string>();
      for (const one of shuffled(running, workshop.random)) {
        const before = await one.server.cpuNanoseconds();
        answers.add(await answer(one, requests.slice(from, from + slice), workshop.signal));
        spent[one.name] += (await one.server.cpuNanoseconds()) - before;
      }
      if (answers.size > 1) throw new HoneError('evaluation-failed', 'The builds answer differently.', 'No gain is read from such a run.');
    }
  } finally {
    await Promise.all(running.map(({ server }) => server.stop()));
  }
  return Object.fromEntries(contenders.map((name) => [name, spent[name] / requests.length])) as Record<Contender, number>;
}

async function startAll({ subject, binaries, store }: GainSettings, { random, signal }: Workshop, running: Running[]): Promise<void> {
  const ports = makePortChooser();
  const core = cpus().length - 1;
  for (const name of shuffled(contenders, random)) {
    const port = await ports.take();
    running.push({
      name,
      port,
      server: await startServer({ binary: binaries[name], words: subject.words(port, store), port, core, signal }),
    });
  }
}

/** What was answered, as text that two builds can be compared by. */
async function answer({ port }: Running, requests: readonly CorpusRequest[], signal: AbortSignal): Promise<string> {
  const statuses = new Map<number, number>();
  let bytes = 0;
  const onAnswer = (_: number, status: number, body: Uint8Array) => {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    bytes += body.length;
  };
  const { completed } = await makeReplayClient().replay({ port, requests, concurrency, onAnswer }, signal);
  if (completed < requests.length) throw new HoneError('evaluation-failed', 'A build did not answer.', 'No gain is read from such a run.');
  return `${[...statuses].toSorted(([one], [other]) => one - other).join(' ')} ${bytes}`;
}
