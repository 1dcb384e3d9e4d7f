import type { Manifest } from '../../domain/manifest/schema.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { Digest } from '../../domain/ids.ts';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import { readLearnt } from '../../runtime/demo/summary.ts';
import type { ClosedLoop } from '../../runtime/demo/loop.ts';
import { defaultSearchPath } from '../../toolchains/clang/tools.ts';
import { runProcess } from '../../toolchains/process.ts';
import { cycleTimes, type CycleTimes } from './cycle-times.ts';

/** What a closed loop leaves that the rest of the bench needs. */
export interface LoopFacts {
  readonly manifest: Manifest;
  /** A tar archive of the source that was built. */
  readonly sourceArchive: string;
  readonly baselineBinary: string;
  readonly optimisedBinary: string;
  /** The store that the replayed requests found their rows in. */
  readonly database: string;
  /** In the order in which they were replayed. */
  readonly training: readonly CorpusRequest[];
  readonly heldOut: readonly CorpusRequest[];
  /** Of the kept windows together. */
  readonly windowRequests: number;
  readonly windowSeconds: number;
  readonly times: CycleTimes;
  readonly verdict: string;
  readonly evaluatedRatio: number | null;
}

/** Reads everything out of the loop while it is up. `folder` does not exist yet. Throws the cycle's own error when it did not succeed. */
export async function readFacts({ services, target, cycleId }: ClosedLoop, folder: string, signal: AbortSignal): Promise<LoopFacts> {
  const { store, blobs, corpus: corpora, builds } = services;
  const learnt = await readLearnt(store, target, cycleId);
  const corpus = (await store.cycles.corpus(cycleId))?.corpus;
  if (!corpus?.data) throw new HoneError('internal', 'The cycle kept no corpus with its store.', 'See the events of the cycle.');
  const source = await builds.captureSource(target.directory, target.manifest, { signal, progress: () => undefined });
  if (source.digest !== learnt.baseline.sourceDigest) {
    throw new HoneError('conflict', 'The source changed while the bench ran.', 'Run it again and leave the example alone.');
  }
  await mkdir(folder);
  const place = async (digest: Digest, name: string, mode = 0o644) => {
    await blobs.getFile(digest, join(folder, name));
    await chmod(join(folder, name), mode);
    return join(folder, name);
  };
  const data = join(folder, 'data.tar');
  await corpora.getData(corpus.data.digest, data);
  const kept = learnt.windows.filter((window) => window.kept);
  return {
    manifest: target.manifest,
    sourceArchive: await place(source.archive.digest, 'source.tar'),
    baselineBinary: await place(learnt.baseline.binary.digest, 'baseline', 0o755),
    optimisedBinary: await place(learnt.candidate.binary.digest, 'hone', 0o755),
    database: await unpackData(data, folder, signal),
    training: await corpora.requests('training', corpus.training.digest),
    heldOut: await corpora.requests('heldOut', corpus.heldOut.digest),
    windowRequests: kept.reduce((sum, { requests }) => sum + requests, 0),
    windowSeconds: kept.reduce((sum, { startedAt, endedAt }) => sum + (Date.parse(endedAt) - Date.parse(startedAt)) / 1000, 0),
    times: cycleTimes(await store.cycles.events(cycleId, 0)),
    verdict: learnt.evaluation.verdict ?? 'none',
    evaluatedRatio: learnt.evaluation.interval?.ratio ?? null,
  };
}

async function unpackData(archive: string, folder: string, signal: AbortSignal): Promise<string> {
  const environment = { PATH: defaultSearchPath };
  const { exitCode, lastLines } = await runProcess({ command: 'tar', arguments: ['-xf', archive, '-C', folder], environment, signal });
  if (exitCode !== 0) throw new HoneError('blob-corrupt', 'The prepared data cannot be unpacked.', 'Run again.', { details: lastLines });
  return join(folder, 'catalogue.db');
}
