import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { SessionId } from '../../domain/ids.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { GatewayPort, SessionRequest, SessionState } from '../../domain/ports/gateway.ts';
import { confirmRegion } from '../../domain/rules/region.ts';
import { openReportSigner } from '../audit/signing-key.ts';
import type { TransportIdentity } from '../../domain/ports/transport.ts';
import { openEpochKeys } from '../epochs/epoch-keys.ts';
import type { Log } from '../log.ts';
import type { StagePool } from '../stages/pool.ts';
import type { Mirror } from '../mirror/mirror.ts';
import { removeIntakeSocket } from './intake-socket.ts';
import type { Session } from './session.ts';
import { readRequest, removeSession, sessionPaths } from './session-files.ts';
import { abandonedHours, makeSessionRegistry, type Entry } from './session-registry.ts';
import { closedState } from './closed-state.ts';

export interface GatewaySettings {
  readonly dataDirectory: string;
  readonly controlSocket: string;
  readonly gatewayStart: string;
  readonly blobs: BlobPort;
  readonly log: Log;
  readonly clock: () => Date;
  /** Where this process keeps corpora and keys (ISO 3166-1, two letters); null where nobody says. */
  readonly country?: string | null;
  readonly identity?: TransportIdentity | undefined;
  /** The threads that the sessions' stages run in. */
  readonly pool: StagePool;
  readonly makeMirror: (request: SessionRequest, stateFile: string) => Mirror;
}

/** The gateway inside its own process. */
export interface Gateway extends GatewayPort {
  /** The filter behind $HONE_PSEUDONYMISE: JSON lines in, as many out. */
  pseudonymiser(sessionId: SessionId): Promise<Session['pseudonymise']>;
  /** Discards the sessions whose cycles are gone; what cannot be discarded now is tried again by the next call. */
  discardAbandoned(): Promise<void>;
  /** Turns every mirror off and writes every session; they can be found again. */
  suspend(): Promise<void>;
}

/** Finds the sessions of an earlier process (their mirrors are turned off) and serves the port's verbs. */
export async function makeGateway(settings: GatewaySettings): Promise<Gateway> {
  const signer = await openReportSigner(settings.dataDirectory);
  const keys = await openEpochKeys(join(settings.dataDirectory, 'epochs'), settings.clock);
  const sessions = await makeSessionRegistry({ ...settings, signer, keys });
  const stateOf = (sessionId: SessionId, entry: Entry): SessionState =>
    entry.kind === 'open' ? entry.session.state() : closedState(sessionId, settings.gatewayStart, signer.key, entry.report);
  const after = async (sessionId: SessionId, act: (session: Session) => Promise<void> | void): Promise<SessionState> => {
    const session = await sessions.open(sessionId);
    await act(session);
    return session.state();
  };

  const discardSession = async (sessionId: SessionId) => {
    const entry = await sessions.remove(sessionId);
    if (entry?.kind === 'open') await entry.session.discard();
    const paths = sessionPaths(settings.dataDirectory, sessionId);
    // The folder says what nginx may still be running: it stays, and this throws, until that is gone.
    const request = await readRequest(paths);
    if (request !== null) await settings.makeMirror(request, paths.mirror).off();
    await removeIntakeSocket(paths);
    await removeSession(paths);
  };

  return {
    async openSession(request) {
      confirmRegion(request.manifest, settings.country ?? null);
      return stateOf(request.sessionId, await sessions.enter(request));
    },
    prepareData: async (sessionId, baseline, signal) => (await sessions.open(sessionId)).prepareData(baseline, signal),
    setInstances: async (sessionId, urls) => (await sessions.open(sessionId)).setInstances(urls),
    setPhase: (sessionId, phase) => after(sessionId, (session) => session.setPhase(phase)),
    mirrorOn: (sessionId) => after(sessionId, (session) => session.mirrorOn()),
    renewLease: (sessionId) => after(sessionId, (session) => session.renewLease()),
    async mirrorOff(sessionId) {
      const entry = await sessions.find(sessionId);
      if (entry.kind === 'open') await entry.session.mirrorOff('asked');
      return stateOf(sessionId, entry);
    },
    state: async (sessionId) => stateOf(sessionId, await sessions.find(sessionId)),
    waitUntil: (sessionId, counter, atLeast, seconds, signal) =>
      after(sessionId, (session) => session.waitUntil(counter, atLeast, seconds, signal)),
    closeSession: (sessionId, grant) => sessions.close(sessionId, grant),
    discardSession,
    corpusKey: async (header) => (await keys.fileKey(Buffer.from(header, 'base64'))).toString('base64'),
    async destroyEpochKey(epoch, because, endSessions = false) {
      if (endSessions) for (const sessionId of await sessions.openIn(epoch.id)) await discardSession(sessionId);
      const open = await sessions.openIn(epoch.id);
      if (open.length > 0) throw stillUsed(epoch.index, open);
      return keys.destroy(epoch, because);
    },
    async discardAbandoned() {
      for (const sessionId of await sessions.abandoned()) {
        settings.log.warn({ session: sessionId }, `nobody has called the session for ${abandonedHours} h: it is discarded`);
        await discardSession(sessionId).catch((error: unknown) =>
          settings.log.error({ error: String(error), session: sessionId }, 'an abandoned session could not be discarded'),
        );
      }
    },
    pseudonymiser: async (sessionId) => (await sessions.open(sessionId)).pseudonymise,
    async suspend() {
      for (const entry of await sessions.all()) if (entry.kind === 'open') await entry.session.suspend();
      keys.close();
    },
  };
}

function stillUsed(index: number, sessions: readonly SessionId[]): HoneError {
  return new HoneError(
    'conflict',
    `The key of epoch ${index} is still used by ${sessions.length === 1 ? 'a session' : `${sessions.length} sessions`} of the gateway.`,
    'It is destroyed when they have ended: see hone cycle list. One that nobody calls is discarded after some days.',
    { details: sessions.map((session) => `session: ${session}`) },
  );
}
