import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SessionId } from '../../domain/ids.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { ClosedSession, SessionRequest } from '../../domain/ports/gateway.ts';
import { replaceFile } from '../files.ts';

/** What a session's folder holds. */
export interface SessionPaths {
  readonly directory: string;
  readonly request: string;
  readonly snapshot: string;
  readonly mirror: string;
  /** Where nginx sends the mirrored requests. */
  readonly intakeSocket: string;
  readonly report: string;
  /** The reference to what the prepare hook wrote last. */
  readonly data: string;
  /** Which pseudonym is whose, as far as what is in the corpus files has shown. */
  readonly owners: string;
  readonly training: string;
  readonly heldOut: string;
}

export function sessionPaths(dataDirectory: string, sessionId: SessionId): SessionPaths {
  const directory = join(dataDirectory, 'sessions', createHash('sha256').update(sessionId).digest('hex').slice(0, 24));
  const at = (name: string) => join(directory, name);
  return {
    directory,
    request: at('request.json'),
    snapshot: at('snapshot.json'),
    mirror: at('mirror.json'),
    intakeSocket: at('intake-socket'),
    report: at('report.json'),
    data: at('data.json'),
    owners: at('owners'),
    training: at('training.corpus'),
    heldOut: at('held-out.corpus'),
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
  // Its file's time is that of the last call: finding a session again is none.
  if ((await readRequest(paths)) === null) await replaceFile(paths.request, JSON.stringify(request), 0o600);
}

export async function removeSession(paths: SessionPaths): Promise<void> {
  await rm(paths.request, { force: true });
  await rm(paths.directory, { recursive: true, force: true });
}

export async function readReport(paths: SessionPaths): Promise<ClosedSession | null> {
  return readJson(paths.report);
}

/** What the prepare hook wrote last; null without a hook. */
export async function readPreparedData(paths: SessionPaths): Promise<BlobRef | null> {
  return readJson(paths.data);
}

/** Null for a file that is not there or is no JSON. */
export async function readJson<T>(path: string): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
