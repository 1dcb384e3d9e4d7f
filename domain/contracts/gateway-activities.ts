import type { CycleId, SessionId } from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { BlobRef } from '../model/blob.ts';
import type { ProgramFiles } from '../model/build.ts';
import type { SessionReport } from '../ports/gateway.ts';

/** Orders to the gateway on production's side; task queue `hone-control`. */
export interface GatewayActivities {
  openSession(request: { sessionId: SessionId; targetName: string; directory: string; manifest: Manifest }): Promise<void>;
  prepareData(request: { sessionId: SessionId; baseline: ProgramFiles }): Promise<BlobRef | null>;
  /**
   * Says to which ports training requests go, turns training on and the mirror on: all in one call, since a gateway that restarts
   * between them has forgotten the first.
   */
  startMirror(request: { sessionId: SessionId; ports: readonly number[] }): Promise<void>;
  /** Nothing is replayed until `startMirror` comes again; what is in flight is waited for. The mirror stays on. */
  pauseTraining(request: { sessionId: SessionId }): Promise<void>;
  /** Renews the mirror's lease until cancelled; turns the mirror on again after a restart of the gateway. Long; heartbeats. */
  holdMirror(request: { sessionId: SessionId; leaseSeconds: number }): Promise<void>;
  /** From here on nothing is replayed; what is in flight is waited for. */
  endTraining(request: { sessionId: SessionId }): Promise<void>;
  /** Keeps requests for the evaluation until there are enough or the time is over. Long; heartbeats. */
  holdOut(request: { sessionId: SessionId; requests: number; seconds: number }): Promise<{ requests: number }>;
  stopMirror(request: { sessionId: SessionId }): Promise<void>;
  /** Ends the session, judges its batch by the signed report, and stores corpus and reports. Throws `batch-refused`. */
  closeSession(request: { sessionId: SessionId; cycleId: CycleId }): Promise<SessionReport>;
  discardSession(request: { sessionId: SessionId }): Promise<void>;
}
