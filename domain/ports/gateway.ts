import type { CancelSignal } from './signal.ts';
import type { EpochId, SessionId } from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { GatewayKey } from '../model/batch-report.ts';
import type { BlobRef } from '../model/blob.ts';
import type { ProgramFiles } from '../model/build.ts';
import type { CorpusRefs, DeidentificationReport, ReplayComparison, SessionCounters } from '../model/collection.ts';
import type { PrivacyGrant } from '../model/privacy.ts';

/** What the gateway does with a request that passed the pipeline: replays it, keeps it for the evaluation, or lets it go. */
export type SessionPhase = 'idle' | 'training' | 'held-out';

/** What turned the mirror off; `never-on` in a gateway process that has not turned it on. */
export type MirrorOffBy =
  | 'never-on'
  | 'asked'
  | 'lease-ran-out'
  | 'stopped-by-hand'
  | 'guard'
  /** A thread in which requests are de-identified was lost: the session has failed. */
  | 'stages-lost'
  | 'session-closed'
  | 'session-discarded'
  | 'gateway-stopped';

/** An epoch as the gateway knows it: whose, and which key. */
export interface EpochName {
  readonly id: EpochId;
  readonly index: number;
  readonly targetName: string;
}

/** The end of an epoch's key. */
export interface DestroyedKey {
  readonly destroyedAt: string;
  /** Why; of the first who asked. */
  readonly because: string;
}

export interface SessionRequest {
  readonly sessionId: SessionId;
  /** The session keeps it to its end, also when the next epoch has begun: no corpus mixes two. */
  readonly epoch: Pick<EpochName, 'id' | 'index'>;
  readonly targetName: string;
  readonly targetDirectory: string;
  readonly manifest: Manifest;
}

export interface SessionState {
  readonly sessionId: SessionId;
  /** Changes when the gateway process restarts: a window that sees two values is void. */
  readonly gatewayStart: string;
  /** The key that will sign the report of the session's batch. */
  readonly reportKey: GatewayKey;
  /** When the key of the session's epoch was made. */
  readonly epochKeyMadeAt: string;
  readonly mirror: 'on' | 'off';
  /** Null while the mirror is on. */
  readonly mirrorOffBy: MirrorOffBy | null;
  /** Why the mirror is on or off, for people: `asked`, `lease ran out; but nginx cannot be reloaded`. */
  readonly mirrorReason: string;
  readonly phase: SessionPhase;
  readonly counters: SessionCounters;
  /** Copies that production's proxy handed over and that the counters do not have; while the mirror is on, a few on their way. */
  readonly unaccounted: number;
}

export interface SessionReport {
  readonly corpus: CorpusRefs;
  readonly counters: SessionCounters;
  readonly comparison: ReplayComparison;
  readonly deidentification: DeidentificationReport;
}

/** What the gateway says of a closed session. The signed report goes to the store; a cycle goes on with the rest, since its history is no place for it. */
export interface ClosedSession extends SessionReport {
  /** The signed report of the batch: its text, and where it is stored. */
  readonly batch: { readonly text: string; readonly blob: BlobRef };
}

/** The gateway on production's side: session, mirror, replay, corpus. Every call is idempotent by session id. */
export interface GatewayPort {
  /** Makes the session, and the key of its epoch when that has none; the mirror is off. Throws `epoch-destroyed`. */
  openSession(request: SessionRequest): Promise<SessionState>;
  /** Runs the manifest's prepare hook through the session's pseudonyms; null without a hook. Throws `prepare-failed`. */
  prepareData(sessionId: SessionId, baseline: ProgramFiles, signal: CancelSignal): Promise<BlobRef | null>;
  /** Whom training requests go to: base URLs on loopback or the load-test network. */
  setInstances(sessionId: SessionId, urls: readonly string[]): Promise<void>;
  setPhase(sessionId: SessionId, phase: SessionPhase): Promise<SessionState>;
  /**
   * Writes nginx's includes, tests the configuration, reloads and checks that the reload took. Throws `mirror-configuration`,
   * `mirror-unavailable`; `mirror-stopped` while a person's order stands; `production-disturbed` after the guard turned it off.
   */
  mirrorOn(sessionId: SessionId): Promise<SessionState>;
  /** Puts the lease's end off by the manifest's leaseSeconds. Throws `conflict` when the mirror is off. */
  renewLease(sessionId: SessionId): Promise<SessionState>;
  mirrorOff(sessionId: SessionId): Promise<SessionState>;
  state(sessionId: SessionId): Promise<SessionState>;
  /** Answers when the counter has reached the number, the time is over, or a person or the guard turned the mirror off, with the state then. */
  waitUntil(
    sessionId: SessionId,
    counter: 'replayed' | 'heldOut',
    atLeast: number,
    seconds: number,
    signal: CancelSignal,
  ): Promise<SessionState>;
  /**
   * Mirror off, corpus stored; its aggregates leave with the noise that the grant has paid for, or not at all. A second
   * call answers the same report.
   */
  closeSession(sessionId: SessionId, grant: PrivacyGrant): Promise<ClosedSession>;
  /** Mirror off, everything of the session removed; no error when there is none. */
  discardSession(sessionId: SessionId): Promise<void>;
  /**
   * The key of one corpus file, by the file's header; both in base64. It opens this file alone, and is not to be written anywhere. Throws
   * `epoch-destroyed`, `not-found`, `input-invalid`.
   */
  corpusKey(header: string): Promise<string>;
  /**
   * Overwrites and removes the key of an epoch for good; a second call answers the same. Throws `conflict` while a session of the epoch is open.
   */
  destroyEpochKey(epoch: EpochName, because: string, endSessions?: boolean): Promise<DestroyedKey>;
}
