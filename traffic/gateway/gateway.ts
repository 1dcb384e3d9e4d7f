import { HoneError } from '../../domain/errors.ts';
import type { SessionId } from '../../domain/ids.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { GatewayPort, SessionReport, SessionRequest, SessionState } from '../../domain/ports/gateway.ts';
import type { Log } from '../log.ts';
import type { Mirror } from '../mirror/mirror.ts';
import { openSession, type Session } from './session.ts';
import { createSession, findSessions, readReport, removeSession, sessionPaths } from './session-files.ts';
import { closedState } from './closed-state.ts';

export interface GatewaySettings {
  readonly dataDirectory: string;
  readonly controlSocket: string;
  readonly gatewayStart: string;
  readonly blobs: BlobPort;
  readonly log: Log;
  readonly clock: () => Date;
  readonly makeMirror: (request: SessionRequest, stateFile: string) => Mirror;
}

/** The gateway inside its own process. */
export interface Gateway extends GatewayPort {
  /** The filter behind $HONE_PSEUDONYMISE: one JSON line in, one out. */
  pseudonymiser(sessionId: SessionId): Promise<(line: string) => string>;
  /** Turns every mirror off and writes every session; they can be found again. */
  suspend(): Promise<void>;
}

type Entry = { readonly kind: 'open'; readonly session: Session } | { readonly kind: 'closed'; readonly report: SessionReport };

/** Finds the sessions of an earlier process (their mirrors are turned off) and serves the port's verbs. */
export async function makeGateway(settings: GatewaySettings): Promise<Gateway> {
  const { dataDirectory, log } = settings;
  const entries = new Map<SessionId, Promise<Entry>>();

  const load = async (request: SessionRequest): Promise<Entry> => {
    const paths = sessionPaths(dataDirectory, request.sessionId);
    const report = await readReport(paths);
    if (report !== null) return { kind: 'closed', report };
    const mirror = settings.makeMirror(request, paths.mirror);
    await createSession(paths, request);
    await mirror.prepare();
    await mirror
      .off()
      .catch((error: unknown) => log.error({ error: String(error) }, 'a mirror of an earlier gateway process could not be turned off'));
    return { kind: 'open', session: await openSession({ ...settings, request, paths, mirror }) };
  };
  const enter = (request: SessionRequest): Promise<Entry> => {
    const entry = load(request);
    entries.set(request.sessionId, entry);
    entry.catch(() => entries.delete(request.sessionId));
    return entry;
  };
  for (const request of await findSessions(dataDirectory)) {
    await enter(request).catch((error: unknown) =>
      log.error({ error: String(error), session: request.sessionId }, 'a session could not be found again'),
    );
  }

  const find = async (sessionId: SessionId): Promise<Entry> => {
    const entry = entries.get(sessionId);
    if (entry === undefined)
      throw new HoneError(
        'not-found',
        `The gateway knows no session ${sessionId}.`,
        'Open the session first; a session that was discarded is gone.',
      );
    return entry;
  };
  const open = async (sessionId: SessionId): Promise<Session> => {
    const entry = await find(sessionId);
    if (entry.kind === 'open') return entry.session;
    throw new HoneError('conflict', `Session ${sessionId} is closed.`, 'Open a new session for a new cycle.');
  };
  const stateOf = (sessionId: SessionId, entry: Entry): SessionState =>
    entry.kind === 'open' ? entry.session.state() : closedState(sessionId, settings.gatewayStart, entry.report);
  const after = async (sessionId: SessionId, act: (session: Session) => Promise<void> | void): Promise<SessionState> => {
    const session = await open(sessionId);
    await act(session);
    return session.state();
  };

  return {
    openSession: async (request) => stateOf(request.sessionId, await (entries.get(request.sessionId) ?? enter(request))),
    prepareData: async (sessionId, binary, signal) => (await open(sessionId)).prepareData(binary, signal),
    setInstances: async (sessionId, urls) => (await open(sessionId)).setInstances(urls),
    setPhase: (sessionId, phase) => after(sessionId, (session) => session.setPhase(phase)),
    mirrorOn: (sessionId) => after(sessionId, (session) => session.mirrorOn()),
    renewLease: (sessionId) => after(sessionId, (session) => session.renewLease()),
    async mirrorOff(sessionId) {
      const entry = await find(sessionId);
      if (entry.kind === 'open') await entry.session.mirrorOff('asked');
      return stateOf(sessionId, entry);
    },
    state: async (sessionId) => stateOf(sessionId, await find(sessionId)),
    waitUntil: (sessionId, counter, atLeast, seconds, signal) =>
      after(sessionId, (session) => session.waitUntil(counter, atLeast, seconds, signal)),
    async closeSession(sessionId) {
      const entry = await find(sessionId);
      if (entry.kind === 'closed') return entry.report;
      const closing = entry.session.close().then((report): Entry => ({ kind: 'closed', report }));
      entries.set(sessionId, closing);
      closing.catch(() => entries.set(sessionId, Promise.resolve(entry)));
      const closed = await closing;
      if (closed.kind === 'open') throw new Error('a closed session is open');
      return closed.report;
    },
    async discardSession(sessionId) {
      const entry = await entries.get(sessionId);
      entries.delete(sessionId);
      if (entry?.kind === 'open') await entry.session.discard();
      await removeSession(sessionPaths(dataDirectory, sessionId));
    },
    pseudonymiser: async (sessionId) => (await open(sessionId)).pseudonymiseLine,
    async suspend() {
      const all = await Promise.allSettled(entries.values());
      for (const one of all) if (one.status === 'fulfilled' && one.value.kind === 'open') await one.value.session.suspend();
    },
  };
}
