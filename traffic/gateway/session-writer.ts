import { appendFile, truncate } from 'node:fs/promises';
import type { CorpusRequest, SessionCounters } from '../../domain/model/collection.ts';
import type { AuditSnapshot } from '../audit/session-audit.ts';
import type { PipelineSnapshot } from '../deidentify/pipeline.ts';
import { diskError, replaceFile } from '../files.ts';
import type { ComparisonTotals } from './comparison.ts';
import type { CopyTotals } from './copies.ts';
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

export interface CorpusSize {
  readonly bytes: number;
  readonly requests: number;
}

/** The corpus files and the snapshot, written together every so often. */
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
}

export interface SessionWriterSettings {
  readonly paths: SessionPaths;
  readonly before: SessionSnapshot | null;
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
  const { paths, before, maximumWaitingBytes = defaultWaitingBytes } = settings;
  const lines: Record<CorpusKind, string[]> = { training: [], heldOut: [] };
  let written = { training: before?.training ?? noSize, heldOut: before?.heldOut ?? noSize };
  let writtenStamp: string | null = null;
  let waitingBytes = 0;
  /** A write that failed may have left half a line. */
  let isUnsure = false;
  let running = Promise.resolve();

  const append = async (taken: Record<CorpusKind, readonly string[]>) => {
    for (const kind of ['training', 'heldOut'] as const) {
      if (isUnsure) await truncate(paths[kind], written[kind].bytes);
      if (taken[kind].length > 0) await appendFile(paths[kind], taken[kind].join(''));
    }
  };
  const write = async () => {
    const stamp = settings.stamp();
    if (stamp === writtenStamp && lines.training.length + lines.heldOut.length === 0) return;
    const taken = { training: lines.training.splice(0), heldOut: lines.heldOut.splice(0) };
    const grown = { training: plus(written.training, taken.training), heldOut: plus(written.heldOut, taken.heldOut) };
    const snapshot: SessionSnapshot = { ...settings.books(), ...grown };
    try {
      await append(taken);
      await replaceFile(paths.snapshot, JSON.stringify(snapshot), 0o600);
    } catch (error) {
      isUnsure = true;
      lines.training = [...taken.training, ...lines.training];
      lines.heldOut = [...taken.heldOut, ...lines.heldOut];
      throw diskError(error, paths.directory);
    }
    waitingBytes -= grown.training.bytes + grown.heldOut.bytes - written.training.bytes - written.heldOut.bytes;
    written = grown;
    writtenStamp = stamp;
    isUnsure = false;
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
    flush() {
      const next = running.then(write);
      running = next.catch(() => undefined);
      return next;
    },
    size: (kind) => written[kind],
  };
}

const noSize: CorpusSize = { bytes: 0, requests: 0 };

function plus({ bytes, requests }: CorpusSize, lines: readonly string[]): CorpusSize {
  return { bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line), bytes), requests: requests + lines.length };
}
