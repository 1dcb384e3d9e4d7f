import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionId } from '../../domain/ids.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { CorpusRequest, SessionCounters } from '../../domain/model/collection.ts';
import type { SessionReport, SessionRequest } from '../../domain/ports/gateway.ts';
import type { PipelineSnapshot } from '../deidentify/pipeline.ts';
import { diskError, replaceFile } from '../files.ts';
import type { ComparisonTotals } from './comparison.ts';

/** What a session's folder holds. */
export interface SessionPaths {
  readonly directory: string;
  readonly request: string;
  readonly key: string;
  readonly snapshot: string;
  readonly mirror: string;
  /** Where nginx sends the mirrored requests. */
  readonly intakeSocket: string;
  readonly report: string;
  /** The reference to what the prepare hook wrote last. */
  readonly data: string;
  readonly training: string;
  readonly heldOut: string;
}

export function sessionPaths(dataDirectory: string, sessionId: SessionId): SessionPaths {
  const directory = join(dataDirectory, 'sessions', createHash('sha256').update(sessionId).digest('hex').slice(0, 24));
  const at = (name: string) => join(directory, name);
  return {
    directory,
    request: at('request.json'),
    key: at('key'),
    snapshot: at('snapshot.json'),
    mirror: at('mirror.json'),
    intakeSocket: at('intake-socket'),
    report: at('report.json'),
    data: at('data.json'),
    training: at('training.jsonl'),
    heldOut: at('held-out.jsonl'),
  };
}

/** The sessions that are on disk. */
export async function findSessions(dataDirectory: string): Promise<SessionRequest[]> {
  const directory = join(dataDirectory, 'sessions');
  const names = await readdir(directory).catch(() => []);
  const requests = await Promise.all(names.map((name) => readJson<SessionRequest>(join(directory, name, 'request.json'))));
  return requests.filter((request) => request !== null);
}

/** What the session was opened with; null when there is no such session. */
export async function readRequest(paths: SessionPaths): Promise<SessionRequest | null> {
  return readJson(paths.request);
}

export async function createSession(paths: SessionPaths, request: SessionRequest): Promise<void> {
  await mkdir(paths.directory, { recursive: true, mode: 0o700 });
  await writeFile(paths.training, '', { flag: 'a', mode: 0o600 });
  await writeFile(paths.heldOut, '', { flag: 'a', mode: 0o600 });
  await replaceFile(paths.request, JSON.stringify(request), 0o600);
}

export async function removeSession(paths: SessionPaths): Promise<void> {
  await rm(paths.request, { force: true });
  await rm(paths.directory, { recursive: true, force: true });
}

export async function readReport(paths: SessionPaths): Promise<SessionReport | null> {
  return readJson(paths.report);
}

/** What the prepare hook wrote last; null without a hook. */
export async function readPreparedData(paths: SessionPaths): Promise<BlobRef | null> {
  return readJson(paths.data);
}

/** The session's books at one moment, and how long the corpus files were then. */
export interface SessionSnapshot {
  readonly counters: SessionCounters;
  readonly pipeline: PipelineSnapshot;
  readonly comparison: ComparisonTotals;
  readonly training: CorpusSize;
  readonly heldOut: CorpusSize;
}

export interface CorpusSize {
  readonly bytes: number;
  readonly requests: number;
}

/** The corpus files and the snapshot, written together every so often. */
export interface SessionWriter {
  keep(kind: 'training' | 'heldOut', request: CorpusRequest): void;
  /** Writes what is new; a second call while one runs waits for it and goes on. Throws `disk-full`. */
  flush(): Promise<void>;
  size(kind: 'training' | 'heldOut'): CorpusSize;
}

/** Reads the last snapshot and cuts the corpus files to what it knows, so that files and books agree. */
export async function readSnapshot(paths: SessionPaths): Promise<SessionSnapshot | null> {
  const snapshot = await readJson<SessionSnapshot>(paths.snapshot);
  await truncate(paths.training, snapshot?.training.bytes ?? 0);
  await truncate(paths.heldOut, snapshot?.heldOut.bytes ?? 0);
  return snapshot;
}

/** @param books the rest of the snapshot, asked for at the moment that the lines to write are taken */
export function makeSessionWriter(
  paths: SessionPaths,
  before: SessionSnapshot | null,
  books: () => Omit<SessionSnapshot, 'training' | 'heldOut'>,
): SessionWriter {
  const none = { bytes: 0, requests: 0 };
  const sizes = { training: { ...(before?.training ?? none) }, heldOut: { ...(before?.heldOut ?? none) } };
  const lines: { training: string[]; heldOut: string[] } = { training: [], heldOut: [] };
  let running = Promise.resolve();

  const append = async (path: string, text: string) => {
    if (text !== '') await appendFile(path, text);
  };
  const write = async () => {
    const training = lines.training.splice(0).join('');
    const heldOut = lines.heldOut.splice(0).join('');
    const snapshot: SessionSnapshot = { ...books(), training: { ...sizes.training }, heldOut: { ...sizes.heldOut } };
    try {
      await append(paths.training, training);
      await append(paths.heldOut, heldOut);
    } catch (error) {
      throw diskError(error, paths.directory);
    }
    await replaceFile(paths.snapshot, JSON.stringify(snapshot), 0o600);
  };
  return {
    keep(kind, request) {
      const line = `${JSON.stringify(request)}\n`;
      lines[kind].push(line);
      sizes[kind].bytes += Buffer.byteLength(line);
      sizes[kind].requests += 1;
    },
    flush() {
      const next = running.then(write);
      running = next.catch(() => undefined);
      return next;
    },
    size: (kind) => ({ ...sizes[kind] }),
  };
}

async function readJson<T>(path: string): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
