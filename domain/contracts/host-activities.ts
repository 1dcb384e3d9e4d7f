import type { BuildRecordId, CycleId, EvaluationId, HostId, InstanceId, ProfileVersionId, SessionId } from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { BlobRef } from '../model/blob.ts';
import type { Build } from '../model/build.ts';
import type { InstanceExit, InstanceRef, Window } from '../model/collection.ts';
import type { RatioInterval, Verdict } from '../model/evaluation.ts';
import type { SpeedComparison } from '../model/speed.ts';
import type { ReplayCorpusRequest } from './stress-activities.ts';
import type { InstanceSpec } from '../ports/host.ts';

/** One instance of a window. */
export interface WindowMember {
  readonly instance: InstanceRef;
  readonly spec: InstanceSpec;
}

export interface WindowRequest {
  readonly cycleId: CycleId;
  readonly hostId: HostId;
  readonly index: number;
  readonly attempt: number;
  readonly manifest: Manifest;
  /** The instances that the window is of, each with what it was deployed from. */
  readonly members: readonly WindowMember[];
  /** The gateway's session; null for a command drive. */
  readonly sessionId: SessionId | null;
}

export interface EvaluationStart {
  readonly evaluationId: EvaluationId;
  readonly cycleId: CycleId;
  readonly profileVersionId: ProfileVersionId;
  readonly baselineBuildId: BuildRecordId;
  readonly candidateBuildId: BuildRecordId;
  readonly alpha: number;
  readonly minimumGain: number;
}

export interface PairsRequest {
  readonly cycleId: CycleId;
  readonly evaluationId: EvaluationId;
  readonly manifest: Manifest;
  readonly baseline: Build;
  readonly candidate: Build;
  readonly sourceArchive: BlobRef | null;
  readonly data: BlobRef | null;
  readonly heldOut: BlobRef | null;
  /** Pairs to have in all when the call answers: those that are stored already count. */
  readonly upTo: number;
}

/** How an evaluation stands. */
export interface EvaluationStanding {
  readonly pairs: number;
  readonly interval: RatioInterval | null;
  readonly answersDifferent: number;
  /** Null: more pairs are needed. */
  readonly decided: 'pass' | 'fail' | null;
}

/** Why an evaluation ended without a decision: a budget ended, or both builds are one program, so that there is nothing to measure. */
export type Undecided = 'pairs' | 'seconds' | 'same-program';

export interface EvaluationClose {
  readonly evaluationId: EvaluationId;
  readonly manifest: Manifest;
  /** Null when the interval decided, or a build failed. */
  readonly undecided: Undecided | null;
  /** A build that crashed or exited badly; null when all pairs ran. */
  readonly failure: string | null;
}

/** What only the machine itself can do; task queue `hone-host-<host>`. Long ones heartbeat. */
export interface HostActivities {
  /** `collectionCores`: the logical cores that so many instances are pinned to; one when the number is left out, as a manifest from before it does. Throws `host-unfit` where there are fewer, or no pair could run. */
  describeHost(request: { instances?: number }): Promise<{ id: HostId; collectionCores: readonly number[] }>;
  deployInstance(spec: InstanceSpec): Promise<InstanceRef>;
  stopInstance(request: { instanceId: InstanceId }): Promise<InstanceExit | null>;
  /** Replays (or runs) until the instance has answered so many requests. */
  warmUp(request: WindowRequest): Promise<{ requests: number }>;
  /** One window; judged, stored, and answered whether kept or rejected. Throws `instance-lost`, `gateway-restarted`, `window-empty`. */
  collectWindow(
    request: WindowRequest,
  ): Promise<Pick<Window, 'id' | 'index' | 'attempt' | 'kept' | 'requests' | 'rejections' | 'rawProfiles'>>;
  /** Replays a corpus to a deployed instance in an open loop, and stores what came of it. Throws `instance-lost`, `window-empty`, `epoch-destroyed`. */
  replayCorpus(request: ReplayCorpusRequest): Promise<void>;
  openEvaluation(request: EvaluationStart): Promise<void>;
  measurePairs(request: PairsRequest): Promise<EvaluationStanding>;
  /** Throughput and latency of both builds, one at a time, stored with the evaluation; those that are stored are not measured again. */
  measureSpeed(request: Omit<PairsRequest, 'upTo'>): Promise<SpeedComparison>;
  closeEvaluation(request: EvaluationClose): Promise<{ verdict: Verdict; sentence: string; interval: RatioInterval | null }>;
}
