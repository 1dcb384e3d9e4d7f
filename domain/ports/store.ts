import type { CancelSignal } from './signal.ts';
import type { StressOpening } from '../contracts/stress-activities.ts';
import type { HoneErrorData } from '../errors.ts';
import type {
  BuildRecordId,
  CycleId,
  Digest,
  EpochId,
  EvaluationId,
  FreshnessCheckId,
  HostId,
  ProfileVersionId,
  ReleaseId,
  SessionId,
  StressId,
  TargetId,
  WindowId,
} from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { GatewayKey } from '../model/batch-report.ts';
import type { BlobRef } from '../model/blob.ts';
import type { Build, BuildKind } from '../model/build.ts';
import type { CorpusRefs, DeidentificationReport, ReplayComparison, SessionCounters, Window } from '../model/collection.ts';
import type { CycleEvent, CycleState, RefreshCycle } from '../model/cycle.ts';
import type { DueEpoch, KeyEpoch } from '../model/epoch.ts';
import type { HostFacts } from '../model/environment.ts';
import type { AnswerComparison, EndpointFigure, Evaluation, EvaluationPair, RatioInterval, Verdict } from '../model/evaluation.ts';
import type { FreshnessCheck, TrafficSample } from '../model/freshness.ts';
import type { PrivacySpend } from '../model/privacy.ts';
import type { AcceptanceReport, ProfileState, ProfileVersion, Provenance } from '../model/profile.ts';
import type { SpeedComparison } from '../model/speed.ts';
import type { Channel, ChannelMove, Release } from '../model/release.ts';
import type { Host, HostLease, Target } from '../model/target.ts';
import type { StressProgress, StressResult, StressState, StressWindow } from '../model/stress.ts';
import type { PrivacyCost } from '../privacy/accounting.ts';
import type { PrivacyEpoch } from '../privacy/epoch.ts';
import type { DestroyedKey } from './gateway.ts';
import type { ScheduleStore } from './schedule-store.ts';

/** A page by key: rows after `after` (newest first), at most `first`. Cursors are opaque to callers. */
export interface PageRequest {
  readonly first: number;
  readonly after: string | null;
}

export interface Page<Row> {
  readonly rows: readonly { readonly row: Row; readonly cursor: string }[];
  readonly hasNextPage: boolean;
}

export interface TargetStore {
  /** Inserts, or replaces the manifest of the target of that name. */
  register(target: {
    readonly name: string;
    readonly directory: string;
    readonly manifest: Manifest;
    readonly manifestDigest: Digest;
  }): Promise<Target>;
  byId(id: TargetId): Promise<Target | null>;
  byIds(ids: readonly TargetId[]): Promise<readonly Target[]>;
  byName(name: string): Promise<Target | null>;
  list(page: PageRequest): Promise<Page<Target>>;
}

/** What a cycle's traffic came to. */
export interface CycleCorpus {
  readonly cycleId: CycleId;
  readonly corpus: CorpusRefs;
  readonly counters: SessionCounters;
  readonly comparison: ReplayComparison;
  readonly deidentification: DeidentificationReport;
}

export interface CycleStore {
  /**
   * Keeps the manifest and the folder that the target has now. Idempotent by id: a second call answers the first one's row. Throws
   * `target-not-found`, and `cycle-already-active` when another cycle of the target runs.
   */
  open(cycle: {
    readonly id: CycleId;
    readonly targetId: TargetId;
    readonly workflowId: string;
    readonly reason: string;
  }): Promise<RefreshCycle>;
  /** Idempotent by (cycle, sequence). Also moves the cycle's stage. */
  recordEvent(event: Omit<CycleEvent, 'at'>): Promise<void>;
  /** The first close wins; a second one changes nothing. An evaluation that is still open is broken off with it, without a verdict. */
  close(id: CycleId, state: Exclude<CycleState, 'running'>, error: HoneErrorData | null): Promise<void>;
  byId(id: CycleId): Promise<RefreshCycle | null>;
  byIds(ids: readonly CycleId[]): Promise<readonly RefreshCycle[]>;
  /** The running cycle of each target, in one statement; targets without one are left out. */
  activeOf(targetIds: readonly TargetId[]): Promise<readonly RefreshCycle[]>;
  list(filter: { readonly targetId: TargetId | null }, page: PageRequest): Promise<Page<RefreshCycle>>;
  events(id: CycleId, afterSequence: number): Promise<readonly CycleEvent[]>;
  /** New events as they are recorded, first those after `afterSequence`; ends when the cycle is closed or the signal fires. */
  follow(id: CycleId, afterSequence: number, signal: CancelSignal): AsyncIterable<CycleEvent>;
  saveCorpus(
    id: CycleId,
    corpus: CorpusRefs,
    counters: SessionCounters,
    comparison: ReplayComparison,
    report: DeidentificationReport,
  ): Promise<void>;
  corpus(id: CycleId): Promise<CycleCorpus | null>;
  /** Of many cycles, in one statement; cycles without a corpus are left out. */
  corporaOf(ids: readonly CycleId[]): Promise<readonly CycleCorpus[]>;
  /** Every event of many cycles, in one statement, each cycle's in their order. */
  eventsOf(ids: readonly CycleId[]): Promise<readonly CycleEvent[]>;
}

export interface BuildStore {
  byKey(targetId: TargetId, key: Digest): Promise<Build | null>;
  /** Idempotent by (target, key): answers the row that is there. */
  save(build: Omit<Build, 'id' | 'createdAt'>): Promise<Build>;
  byId(id: BuildRecordId): Promise<Build | null>;
  byIds(ids: readonly BuildRecordId[]): Promise<readonly Build[]>;
  list(filter: { readonly targetId: TargetId | null; readonly kind: BuildKind | null }, page: PageRequest): Promise<Page<Build>>;
  /** True when some build's binary has this digest: only such content may be downloaded. */
  hasDigest(digest: Digest): Promise<boolean>;
}

export interface WindowStore {
  /** Idempotent by (cycle, index, attempt): answers the row that is there. */
  save(window: Omit<Window, 'id'>): Promise<Window>;
  byId(id: WindowId): Promise<Window | null>;
  ofCycle(id: CycleId): Promise<readonly Window[]>;
  ofCycles(ids: readonly CycleId[]): Promise<readonly Window[]>;
}

export interface HostStore {
  saw(host: { readonly name: string; readonly hardwareClass: string; readonly facts: HostFacts }): Promise<Host>;
  byName(name: string): Promise<Host | null>;
  byIds(ids: readonly HostId[]): Promise<readonly Host[]>;
  list(page: PageRequest): Promise<Page<Host>>;
  /** One cycle or stress window at a time uses a host. True when the lease is the holder's until `seconds` from now (taken, or renewed). */
  lease(name: string, holder: CycleId | StressId, seconds: number): Promise<boolean>;
  /** Those that hold now; one a host at most. */
  leasesOf(ids: readonly HostId[]): Promise<readonly HostLease[]>;
  release(name: string, holder: CycleId | StressId): Promise<void>;
}

export interface ProfileStore {
  /** Exactly one version per cycle: a second call answers the first one's row. The manifest's digest is the cycle's. */
  publish(version: {
    readonly targetId: TargetId;
    readonly cycleId: CycleId;
    /** What the acceptance report says; only a passed evaluation makes it `vetted`. */
    readonly state: Exclude<ProfileState, 'vetted'>;
    readonly profile: BlobRef;
    readonly acceptance: AcceptanceReport;
    readonly provenance: Omit<Provenance, 'parentVersion' | 'manifestDigest'>;
  }): Promise<ProfileVersion>;
  /** From `unvetted` only. Throws `conflict` for any other state, and for `vetted` when no evaluation of it has passed. */
  setState(id: ProfileVersionId, state: 'vetted' | 'rejected'): Promise<void>;
  /** The newest version that is not rejected. */
  latest(targetId: TargetId): Promise<ProfileVersion | null>;
  /** The same of many targets, in one statement; targets without one are left out. */
  latestOf(targetIds: readonly TargetId[]): Promise<readonly ProfileVersion[]>;
  byId(id: ProfileVersionId): Promise<ProfileVersion | null>;
  byIds(ids: readonly ProfileVersionId[]): Promise<readonly ProfileVersion[]>;
  byNumber(targetId: TargetId, number: number): Promise<ProfileVersion | null>;
  byCycleIds(ids: readonly CycleId[]): Promise<readonly ProfileVersion[]>;
  list(filter: { readonly targetId: TargetId | null }, page: PageRequest): Promise<Page<ProfileVersion>>;
  /** True when some profile version's profile has this digest: only such content may be downloaded. */
  hasDigest(digest: Digest): Promise<boolean>;
}

export interface EvaluationStore {
  /**
   * Idempotent by id; one per cycle. Throws `conflict` for builds or a version of another target or cycle, for a candidate without its profile,
   * and in a cycle that is closed.
   */
  open(
    evaluation: Pick<Evaluation, 'id' | 'cycleId' | 'profileVersionId' | 'baselineBuildId' | 'candidateBuildId' | 'alpha' | 'minimumGain'>,
  ): Promise<Evaluation>;
  /** The coin is stored before the pair runs, so that a repeated pair keeps its toss. Answers the toss that counts. */
  recordCoin(id: EvaluationId, index: number, candidateFirst: boolean): Promise<boolean>;
  /** Idempotent by (evaluation, index). */
  savePair(id: EvaluationId, pair: EvaluationPair, answers: AnswerComparison): Promise<void>;
  /** The first stays. Throws `conflict` when the evaluation is over. */
  saveSpeed(id: EvaluationId, speed: SpeedComparison): Promise<void>;
  pairs(id: EvaluationId): Promise<readonly { readonly pair: EvaluationPair; readonly answers: AnswerComparison }[]>;
  /** Of many evaluations, in one statement, each one's in their order. */
  pairsOf(
    ids: readonly EvaluationId[],
  ): Promise<readonly { readonly evaluationId: EvaluationId; readonly pair: EvaluationPair; readonly answers: AnswerComparison }[]>;
  /** The first verdict stays. Throws `conflict` when it was broken off with its cycle. */
  close(
    id: EvaluationId,
    outcome: {
      readonly verdict: Verdict;
      readonly sentence: string;
      readonly interval: RatioInterval | null;
      readonly endpoints: readonly EndpointFigure[];
      readonly answers: AnswerComparison;
    },
  ): Promise<Evaluation>;
  byId(id: EvaluationId): Promise<Evaluation | null>;
  byIds(ids: readonly EvaluationId[]): Promise<readonly Evaluation[]>;
  byCycleIds(ids: readonly CycleId[]): Promise<readonly Evaluation[]>;
}

export interface ReleaseStore {
  /** Exactly one release per evaluation: a second call answers the first one's row. */
  offer(release: Pick<Release, 'targetId' | 'buildId' | 'profileVersionId' | 'evaluationId'>): Promise<Release>;
  byId(id: ReleaseId): Promise<Release | null>;
  byIds(ids: readonly ReleaseId[]): Promise<readonly Release[]>;
  byNumber(targetId: TargetId, number: number): Promise<Release | null>;
  byEvaluationIds(ids: readonly EvaluationId[]): Promise<readonly Release[]>;
  list(filter: { readonly targetId: TargetId | null }, page: PageRequest): Promise<Page<Release>>;
  /** The channel as it is; a target that never moved it has revision 0 and no release. */
  channel(targetId: TargetId, name: string): Promise<Channel>;
  channels(targetIds: readonly TargetId[]): Promise<readonly Channel[]>;
  /** Compare-and-set on the revision, and the move's record, in one transaction. Throws `conflict` when the channel has moved. */
  move(move: Omit<ChannelMove, 'at' | 'revision' | 'fromReleaseId'>, expectedRevision: number): Promise<Channel>;
  moves(targetId: TargetId, name: string): Promise<readonly ChannelMove[]>;
  /** Every move of every channel of many targets, in one statement, oldest first. */
  movesOf(targetIds: readonly TargetId[]): Promise<readonly ChannelMove[]>;
}

/** The signed report of a cycle's batch, and what the control worker found wrong with it. */
export interface StoredBatchReport {
  readonly cycleId: CycleId;
  readonly targetId: TargetId;
  readonly blob: BlobRef;
  /** To the byte as the gateway signed it. */
  readonly text: string;
  /** Empty for a report that verified and whose batch passed. */
  readonly problems: readonly string[];
  readonly createdAt: string;
}

export interface BatchStore {
  /** The key that will sign the report of a session's batch. The first one stays: answers it. */
  registerKey(sessionId: SessionId, key: GatewayKey): Promise<GatewayKey>;
  /** Null for a session that nobody registered. */
  keyOf(sessionId: SessionId): Promise<GatewayKey | null>;
  /** Every key that was ever registered, the newest first. */
  keys(): Promise<readonly (GatewayKey & { readonly firstSeenAt: string })[]>;
  /** Once per cycle: a second call changes nothing. */
  save(report: Omit<StoredBatchReport, 'targetId' | 'createdAt'>): Promise<void>;
  /** Of many cycles, in one statement; cycles without a report are left out. */
  ofCycles(ids: readonly CycleId[]): Promise<readonly StoredBatchReport[]>;
  list(filter: { readonly targetId: TargetId | null }, page: PageRequest): Promise<Page<StoredBatchReport>>;
  /** True when some report has this digest: only such content may be downloaded. */
  hasDigest(digest: Digest): Promise<boolean>;
}

export interface PrivacyStore {
  /**
   * Writes a line of the ledger, before what it pays for is released. Idempotent by (target, session, purpose), in whatever epoch it is
   * repeated: answers the line that is there. Throws `privacy-budget-spent` when the epoch's sum would exceed the budget, `target-not-found`.
   */
  spend(spend: Omit<PrivacySpend, 'id'>): Promise<PrivacySpend>;
  /** What was spent of each target's budget, that of the epoch and of those which share it, in one statement; targets that spent nothing are left out. */
  spentOf(
    spans: readonly { readonly targetId: TargetId; readonly epoch: PrivacyEpoch }[],
  ): Promise<readonly (PrivacyCost & { readonly targetId: TargetId; readonly releases: number })[]>;
  list(filter: { readonly targetId: TargetId | null }, page: PageRequest): Promise<Page<PrivacySpend>>;
}

/** The epochs of the targets: spans of time with one key at the gateway and one budget. */
export interface EpochStore {
  /** The epoch of a session: the one that runs at the moment, begun when nobody has, or the one it has entered before. Throws `target-not-found`. */
  enter(targetId: TargetId, sessionId: SessionId, at: Date): Promise<KeyEpoch>;
  byId(id: EpochId): Promise<KeyEpoch | null>;
  /** Null for a session that entered none. */
  ofSession(sessionId: SessionId): Promise<KeyEpoch | null>;
  /** Of many sessions, in one statement; sessions without one are left out. */
  ofSessions(ids: readonly SessionId[]): Promise<readonly { readonly sessionId: SessionId; readonly epoch: KeyEpoch }[]>;
  /** The last that was begun of each target, in one statement; targets without one are left out. */
  latestOf(targetIds: readonly TargetId[]): Promise<readonly KeyEpoch[]>;
  /** The first call counts. */
  keyMade(id: EpochId, at: string): Promise<void>;
  /** Ends the epoch that runs, and begins the next. Throws `target-not-found`, and `conflict` for one that has only just begun. */
  cut(targetId: TargetId, at: Date, because: string): Promise<{ readonly ended: KeyEpoch; readonly next: KeyEpoch }>;
  /** The epochs whose keys are to be destroyed: ended, and without a running cycle. */
  due(at: Date): Promise<readonly DueEpoch[]>;
  /** Ends the running epochs that are as old as corpora may get by their targets' rule packs: begun before these were named. */
  cutOverdue(at: Date): Promise<void>;
  /** The first call counts. */
  destroyed(id: EpochId, key: DestroyedKey): Promise<void>;
  /** How many corpora each epoch has, in one statement; epochs without one are left out. */
  corporaOf(ids: readonly EpochId[]): Promise<readonly { readonly epochId: EpochId; readonly corpora: number }[]>;
  list(filter: { readonly targetId: TargetId }, page: PageRequest): Promise<Page<KeyEpoch>>;
}

/** Stress windows: what they are opened with stays, a result is written once, the first close wins. */
export interface StressStore {
  /** Idempotent by id: a second call answers the first one's row. Throws `not-found` for a cycle or a build that the target has not. */
  open(window: StressOpening): Promise<StressWindow>;
  /** Of a window that runs; nothing happens to another. */
  saveProgress(id: StressId, progress: StressProgress): Promise<void>;
  /** The first call counts. */
  saveResult(id: StressId, result: StressResult, measure: NonNullable<StressWindow['measure']>): Promise<void>;
  /** The first close wins; gives the host's lease back too. */
  close(id: StressId, state: Exclude<StressState, 'running'>, error: HoneErrorData | null): Promise<void>;
  byId(id: StressId): Promise<StressWindow | null>;
  byIds(ids: readonly StressId[]): Promise<readonly StressWindow[]>;
  list(filter: { readonly targetId: TargetId | null }, page: PageRequest): Promise<Page<StressWindow>>;
  /** The window now, and again whenever it has changed; ends after the one that is closed, or when the signal fires. Throws `not-found`. */
  follow(id: StressId, signal: CancelSignal): AsyncIterable<StressWindow>;
}

/** Looks at targets' freshness: written once, kept for ever. */
export interface FreshnessStore {
  /** Idempotent by id: a second call answers the first one's row. */
  record(check: Omit<FreshnessCheck, 'cycleId'>): Promise<FreshnessCheck>;
  /** The cycle that a check started; the first call counts. */
  started(id: FreshnessCheckId, cycleId: CycleId): Promise<void>;
  byId(id: FreshnessCheckId): Promise<FreshnessCheck | null>;
  /** The last check of each target, in one statement; targets that were never checked are left out. */
  latestOf(targetIds: readonly TargetId[]): Promise<readonly FreshnessCheck[]>;
  /** The last checks of a version, the newest first. */
  ofVersion(id: ProfileVersionId, most: number): Promise<readonly FreshnessCheck[]>;
  list(filter: { readonly targetId: TargetId }, page: PageRequest): Promise<Page<FreshnessCheck>>;
}

/** Samples of production's requests; one at a time of a target, and none beside a cycle. */
export interface SampleStore {
  /**
   * Begins one. Null when it runs now (also when it had begun before, by this id), or else why not, in a sentence: a cycle or another sample of
   * the target runs. Throws `target-not-found`.
   */
  begin(id: SessionId, targetId: TargetId, expiresAt: Date): Promise<string | null>;
  /** The first end counts. @param outcome with the signed report of its session, to the byte */
  end(
    id: SessionId,
    outcome: (Pick<TrafficSample, 'requests' | 'release'> & { readonly report: string }) | { readonly failure: string },
  ): Promise<void>;
  byId(id: SessionId): Promise<TrafficSample | null>;
  /** Those that have aggregates, the newest first. @param before those that were taken then or earlier */
  list(targetId: TargetId, most: number, before?: Date): Promise<readonly TrafficSample[]>;
  /** When the one that runs ends at the latest; null when none does. */
  busyUntil(targetId: TargetId): Promise<string | null>;
}

/** Everything that Hone keeps in Postgres. */
export interface Store {
  readonly targets: TargetStore;
  readonly cycles: CycleStore;
  readonly builds: BuildStore;
  readonly windows: WindowStore;
  readonly hosts: HostStore;
  readonly profiles: ProfileStore;
  readonly evaluations: EvaluationStore;
  readonly releases: ReleaseStore;
  readonly privacy: PrivacyStore;
  readonly batches: BatchStore;
  readonly epochs: EpochStore;
  readonly stress: StressStore;
  readonly schedules: ScheduleStore;
  readonly freshness: FreshnessStore;
  readonly samples: SampleStore;
}
