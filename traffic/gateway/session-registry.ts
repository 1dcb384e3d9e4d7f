import { stat, utimes } from 'node:fs/promises';
import { HoneError } from '../../domain/errors.ts';
import type { EpochId, SessionId } from '../../domain/ids.ts';
import type { PrivacyGrant } from '../../domain/model/privacy.ts';
import type { ClosedSession, SessionRequest } from '../../domain/ports/gateway.ts';
import type { ReportSigner } from '../audit/signing-key.ts';
import type { EpochKeys } from '../epochs/epoch-keys.ts';
import type { GatewaySettings } from './gateway.ts';
import { releaseIntakeSocket } from './intake-socket.ts';
import { openSession, type Session } from './session.ts';
import { createSession, findSessions, readReport, sessionPaths } from './session-files.ts';

export type Entry = { readonly kind: 'open'; readonly session: Session } | { readonly kind: 'closed'; readonly report: ClosedSession };

/** What the sessions share. */
type RegistrySettings = GatewaySettings & { readonly signer: ReportSigner; readonly keys: EpochKeys };

/** The sessions of the gateway, by id; each is opened once. */
export interface SessionRegistry {
  /** Opens the session, or finds it. */
  enter(request: SessionRequest): Promise<Entry>;
  /** Throws `not-found`. */
  find(sessionId: SessionId): Promise<Entry>;
  /** Throws `not-found`, or `conflict` for a session that was closed. */
  open(sessionId: SessionId): Promise<Session>;
  /** Closes the session once, however many ask; after a failure it is open again and can be closed again. */
  close(sessionId: SessionId, grant: PrivacyGrant): Promise<ClosedSession>;
  /** Forgets the session and answers it; null when there is none. */
  remove(sessionId: SessionId): Promise<Entry | null>;
  all(): Promise<readonly Entry[]>;
  /** The sessions that nobody has called for {@link abandonedHours}. */
  abandoned(): Promise<readonly SessionId[]>;
  /** The sessions on disk that are not closed and work with the epoch's key. */
  openIn(epochId: EpochId): Promise<readonly SessionId[]>;
}

/**
 * A cycle that lives calls its session: every few seconds while it mirrors, and otherwise after what it waits for, of which a host that
 * another cycle has (at most 24 h) and a build (at most 6 h) take the longest. Twice that without a call, and its workflow is gone.
 */
export const abandonedHours = 60;
/** The time of the last call is kept on disk, by the request's file, to about this. */
const noteEveryMilliseconds = 60_000;

/** Finds the sessions that an earlier process left on disk; their mirrors are turned off. */
export async function makeSessionRegistry(settings: RegistrySettings): Promise<SessionRegistry> {
  const entries = new Map<SessionId, Promise<Entry>>();
  const noted = new Map<SessionId, number>();
  const requestFile = (sessionId: SessionId) => sessionPaths(settings.dataDirectory, sessionId).request;
  const noteCall = async (sessionId: SessionId) => {
    const now = settings.clock();
    if (now.getTime() - (noted.get(sessionId) ?? 0) < noteEveryMilliseconds) return;
    noted.set(sessionId, now.getTime());
    // A session that is just being removed has no file any more.
    await utimes(requestFile(sessionId), now, now).catch(() => undefined);
  };
  const load = (request: SessionRequest): Promise<Entry> => {
    const known = entries.get(request.sessionId);
    if (known !== undefined) return known;
    const entry = loadEntry(settings, request);
    entries.set(request.sessionId, entry);
    entry.catch(() => entries.delete(request.sessionId));
    return entry;
  };
  for (const request of await findSessions(settings.dataDirectory)) {
    await load(request).catch((error: unknown) =>
      settings.log.error({ error: String(error), session: request.sessionId }, 'a session could not be found again'),
    );
  }
  const find = async (sessionId: SessionId): Promise<Entry> => {
    const entry = entries.get(sessionId);
    if (entry !== undefined) {
      await noteCall(sessionId);
      return entry;
    }
    throw new HoneError(
      'not-found',
      `The gateway knows no session ${sessionId}.`,
      'Open the session first; a session that was discarded is gone.',
    );
  };
  return {
    async enter(request) {
      const entry = await load(request);
      await noteCall(request.sessionId);
      return entry;
    },
    find,
    async open(sessionId) {
      const entry = await find(sessionId);
      if (entry.kind === 'open') return entry.session;
      throw new HoneError('conflict', `Session ${sessionId} is closed.`, 'Open a new session for a new cycle.');
    },
    async close(sessionId, grant) {
      const entry = await find(sessionId);
      if (entry.kind === 'closed') return entry.report;
      const closing = entry.session.close(grant);
      const closed = closing.then((report): Entry => ({ kind: 'closed', report }));
      entries.set(sessionId, closed);
      closed.catch(() => entries.set(sessionId, Promise.resolve(entry)));
      return closing;
    },
    async remove(sessionId) {
      const entry = entries.get(sessionId) ?? null;
      entries.delete(sessionId);
      noted.delete(sessionId);
      return entry;
    },
    async all() {
      const settled = await Promise.allSettled(entries.values());
      return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    },
    async abandoned() {
      const limit = settings.clock().getTime() - abandonedHours * 3_600_000;
      const ids = (await findSessions(settings.dataDirectory)).map(({ sessionId }) => sessionId);
      const found = await Promise.all(ids.map(async (id) => ({ id, file: await stat(requestFile(id)).catch(() => null) })));
      return found.flatMap(({ id, file }) => (file !== null && file.mtimeMs < limit ? [id] : []));
    },
    openIn: (epochId) => openIn(settings.dataDirectory, epochId),
  };
}

async function loadEntry(settings: RegistrySettings, request: SessionRequest): Promise<Entry> {
  const paths = sessionPaths(settings.dataDirectory, request.sessionId);
  const mirror = settings.makeMirror(request, paths.mirror);
  const report = await readReport(paths);
  if (report === null) {
    await createSession(paths, request);
    await mirror.prepare();
  }
  await mirror
    .off()
    .catch((error: unknown) =>
      settings.log.error({ error: String(error) }, 'a mirror of an earlier gateway process could not be turned off'),
    );
  if (report !== null) await releaseIntakeSocket(paths);
  return report === null
    ? { kind: 'open', session: await openSession({ ...settings, request, paths, mirror }) }
    : { kind: 'closed', report };
}

async function openIn(dataDirectory: string, epochId: EpochId): Promise<readonly SessionId[]> {
  // Requests of a release without epochs have none.
  const requests: readonly (Partial<SessionRequest> & Pick<SessionRequest, 'sessionId'>)[] = await findSessions(dataDirectory);
  const ids = requests.filter(({ epoch }) => epoch?.id === epochId).map(({ sessionId }) => sessionId);
  const reports = await Promise.all(ids.map((id) => readReport(sessionPaths(dataDirectory, id))));
  return ids.filter((_, index) => reports[index] === null);
}
