import { cpus } from 'node:os';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import { makePortChooser } from '../../hosts/local/free-port.ts';
import { mergeProfiles } from '../../toolchains/clang/merge.ts';
import { makeReplayClient } from '../../traffic/replay/client.ts';
import { startServer } from '../loop/server.ts';
import { shuffled } from '../statistics.ts';
import type { Subject, Workshop } from './subject.ts';

export interface Collection {
  /** The indexed profile. */
  readonly profile: string;
  /** The status of each request's answer, by its place; undefined for one that was not sent. */
  readonly statuses: readonly (number | undefined)[];
}

interface CollectSettings {
  readonly subject: Subject;
  /** The instrumented build. */
  readonly binary: string;
  readonly store: string | null;
  /** Null where there is none: dropped. */
  readonly requests: readonly (CorpusRequest | null)[];
  /** Of the profile's files. */
  readonly name: string;
}

const concurrency = 4;

/** Replays the requests in an order of its own to a fresh instance, and takes the profile that it writes at its end. Throws when an answer is lost. */
export async function collect({ subject, binary, store, requests, name }: CollectSettings, workshop: Workshop): Promise<Collection> {
  const { folder, random, signal, searchPath } = workshop;
  const port = await makePortChooser().take();
  const raw = join(folder, `${name}.profraw`);
  const words = subject.words(port, store);
  const environment = { LLVM_PROFILE_FILE: raw };
  const server = await startServer({ binary, words, port, core: cpus().length - 1, environment, signal });
  const statuses: (number | undefined)[] = Array.from({ length: requests.length });
  const order = shuffled(
    requests.flatMap((request, place) => (request === null ? [] : [{ request, place }])),
    random,
  );
  const onAnswer = (index: number, status: number) => void (statuses[order[index]!.place] = status);
  try {
    const sent = order.map(({ request }) => request);
    const { completed } = await makeReplayClient().replay({ port, requests: sent, concurrency, onAnswer }, signal);
    if (completed < order.length) throw new HoneError('evaluation-failed', `${order.length - completed} answers were lost.`, 'Repeat it.');
  } finally {
    await server.stop();
  }
  const profile = join(folder, `${name}.profdata`);
  await mergeProfiles({ version: 22, searchPath }, [{ path: raw, weight: 1 }], profile, { signal, progress: () => undefined });
  return { profile, statuses };
}

/** The share of answers with the status class that the raw request's answer has; of what both have. */
export function sameStatuses(raw: Collection, other: Collection): number {
  let [same, all] = [0, 0];
  for (const [place, status] of raw.statuses.entries()) {
    const here = other.statuses[place];
    if (status === undefined || here === undefined) continue;
    all += 1;
    if (Math.floor(status / 100) === Math.floor(here / 100)) same += 1;
  }
  return same / all;
}
