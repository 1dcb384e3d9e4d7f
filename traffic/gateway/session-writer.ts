import { truncate } from 'node:fs/promises';
import type { CorpusRequest, SessionCounters } from '../../domain/model/collection.ts';
import type { AuditSnapshot } from '../audit/session-audit.ts';
import type { Sealing } from '../corpus/format.ts';
import { makeGrowingFile, noSize, type CorpusSize } from '../corpus/growing-file.ts';
import type { PipelineSnapshot } from '../deidentify/pipeline.ts';
import { diskError, replaceFile } from '../files.ts';
import type { ComparisonTotals } from './comparison.ts';
import type { CopyTotals } from './copies.ts';
import type { OwnersFile } from './owners-file.ts';
import { readJson, type SessionPaths } from './session-files.ts';

export type CorpusKind = 'training' | 'heldOut';

/** What is known of a session beside its corpus. */
export interface SessionBooks {
  readonly counters: SessionCounters;
  readonly pipeline: PipelineSnapshot;
  readonly comparison: ComparisonTotals;
  /** Not in a snapshot of a gateway before there were batch reports. */
  readonly audit?: AuditSnapshot;
  readonly copies: CopyTotals;
}

/** The session's books at one moment, and how long the corpus files were then. */
export interface SessionSnapshot extends SessionBooks {
  readonly training: CorpusSize;
  readonly heldOut: CorpusSize;
}

/** The corpus files, encrypted as they grow, and the snapshot, written together every so often. */
export interface SessionWriter {
  /** False when the disk has taken nothing for so long that there is no room in memory either: the request is not kept. */
  keep(kind: CorpusKind, request: CorpusRequest): boolean;
  /**
   * Writes what is new; a second call while one runs waits for it and goes on. Throws `disk-full`: what could not be written is
   * written by the next call.
   */
  flush(): Promise<void>;
  /** What is in the file. */
  size(kind: CorpusKind): CorpusSize;
  /** Writes what is new and makes both files whole. Throws `disk-full`, and may be called again. */
  finish(): Promise<void>;
  /** Zeroes the files' keys; nothing is written any more. */
  close(): void;
}

export interface SessionWriterSettings {
  readonly paths: SessionPaths;
  readonly sealing: Sealing;
  readonly before: SessionSnapshot | null;
  /** Written before the snapshot: the pseudonyms of every request that it counts are in it. */
  readonly owners?: OwnersFile | undefined;
  /** Asked for at the moment that the lines to write are taken. */
  readonly books: () => SessionBooks;
  /** Changes when the books do; while it does not, nothing is written. */
  readonly stamp: () => string;
  readonly maximumWaitingBytes?: number;
}

/** Some hundred requests of the largest size that the default lets in, and far less than a gateway may use. */
const defaultWaitingBytes = 32 << 20;

/** Reads the last snapshot and cuts the corpus files to what it knows, so that files and books agree. */
export async function readSnapshot(paths: SessionPaths): Promise<SessionSnapshot | null> {
  const snapshot = await readJson<SessionSnapshot>(paths.snapshot);
  await truncate(paths.training, snapshot?.training.bytes ?? 0);
  await truncate(paths.heldOut, snapshot?.heldOut.bytes ?? 0);
  return snapshot;
}

export function makeSessionWriter(settings: SessionWriterSettings): SessionWriter {
  const { paths, sealing, before, maximumWaitingBytes = defaultWaitingBytes } = settings;
  const lines: Record<CorpusKind, string[]> = { training: [], heldOut: [] };
  const files = {
    training: makeGrowingFile(paths.training, 'training', sealing, before?.training ?? noSize),
    heldOut: makeGrowingFile(paths.heldOut, 'heldOut', sealing, before?.heldOut ?? noSize),
  };
  let writtenStamp: string | null = null;
  let waitingBytes = 0;
  let running = Promise.resolve();

  const write = async () => {
    const stamp = settings.stamp();
    if (stamp === writtenStamp && lines.training.length + lines.heldOut.length === 0) return;
    const taken = { training: lines.training.splice(0), heldOut: lines.heldOut.splice(0) };
    const books = settings.books();
    try {
      await settings.owners?.append();
      const grown = { training: await files.training.append(taken.training), heldOut: await files.heldOut.append(taken.heldOut) };
      const snapshot: SessionSnapshot = { ...books, ...grown };
      await replaceFile(paths.snapshot, JSON.stringify(snapshot), 0o600);
      files.training.commit(grown.training);
      files.heldOut.commit(grown.heldOut);
    } catch (error) {
      lines.training = [...taken.training, ...lines.training];
      lines.heldOut = [...taken.heldOut, ...lines.heldOut];
      throw diskError(error, paths.directory);
    }
    waitingBytes -= bytesOf(taken.training) + bytesOf(taken.heldOut);
    writtenStamp = stamp;
  };
  const finish = async () => {
    await write();
    try {
      await files.training.finish();
      await files.heldOut.finish();
    } catch (error) {
      throw diskError(error, paths.directory);
    }
  };
  const queued = (work: () => Promise<void>) => {
    const next = running.then(work);
    running = next.catch(() => undefined);
    return next;
  };
  return {
    keep(kind, request) {
      const line = `${JSON.stringify(request)}\n`;
      const bytes = Buffer.byteLength(line);
      if (waitingBytes + bytes > maximumWaitingBytes) return false;
      waitingBytes += bytes;
      lines[kind].push(line);
      return true;
    },
    flush: () => queued(write),
    size: (kind) => files[kind].size(),
    finish: () => queued(finish),
    close() {
      files.training.close();
      files.heldOut.close();
    },
  };
}

function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
}
