import type { HoneErrorData } from '../errors.ts';
import type { BuildRecordId, CycleId, EvaluationId, ProfileVersionId, ReleaseId, StressId, TargetId } from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { BlobRef } from '../model/blob.ts';
import type { ProgramFiles } from '../model/build.ts';
import type { Build } from '../model/build.ts';
import type { CycleEvent, CycleState } from '../model/cycle.ts';
import type { AcceptanceReport, ProfileState, Provenance } from '../model/profile.ts';
import type { Channel } from '../model/release.ts';

/** What a cycle works from; folder and manifest are kept with the cycle, the rest is read once, so that a change of the manifest does not reach a running cycle. */
export interface CycleBasis {
  readonly directory: string;
  readonly manifest: Manifest;
  /** The promoted build of channel `stable`; null: the baseline build of the source serves. */
  readonly promoted: Build | null;
  readonly lastVersion: { readonly id: ProfileVersionId; readonly number: number; readonly profile: BlobRef } | null;
}

export interface PublishRequest {
  readonly targetId: TargetId;
  readonly cycleId: CycleId;
  readonly state: Exclude<ProfileState, 'vetted'>;
  readonly profile: BlobRef;
  readonly acceptance: AcceptanceReport;
  readonly provenance: Omit<Provenance, 'parentVersion' | 'manifestDigest'>;
}

/** Who is to have a host. */
export type LeaseRequest = { readonly host: string } & ({ readonly cycleId: CycleId } | { readonly stressId: StressId });

/** Short, idempotent activities over the store; task queue `hone-control`. */
export interface ControlActivities {
  /** Throws `cycle-already-active`, `target-not-found`. */
  openCycle(request: { cycleId: CycleId; targetId: TargetId; workflowId: string; reason: string }): Promise<CycleBasis>;
  recordEvent(event: Omit<CycleEvent, 'at'>): Promise<void>;
  closeCycle(request: { cycleId: CycleId; state: Exclude<CycleState, 'running'>; error: HoneErrorData | null }): Promise<void>;
  /** Keeps the lease until cancelled. Long; heartbeats. */
  holdHost(request: LeaseRequest): Promise<void>;
  /** Takes the host when nobody else has it; answers whether it is the asker's now. */
  takeHost(request: LeaseRequest): Promise<boolean>;
  /** Waits until the host is the asker's. Long; heartbeats. */
  acquireHost(request: LeaseRequest): Promise<void>;
  releaseHost(request: LeaseRequest): Promise<void>;
  publishProfile(request: PublishRequest): Promise<{ id: ProfileVersionId; number: number }>;
  settleProfile(request: { id: ProfileVersionId; state: 'vetted' | 'rejected' }): Promise<void>;
  offerRelease(request: {
    targetId: TargetId;
    buildId: BuildRecordId;
    profileVersionId: ProfileVersionId;
    evaluationId: EvaluationId;
  }): Promise<{ id: ReleaseId; number: number }>;
}

/** One way to put a build into production, decided before the hook runs. */
export interface ChannelMovePlan {
  readonly expectedRevision: number;
  readonly toReleaseId: ReleaseId | null;
  readonly build: ProgramFiles & { readonly id: BuildRecordId; readonly elfBuildId: string };
  readonly directory: string;
  readonly manifest: Manifest;
}

/** Moving a channel; task queue `hone-control`. */
export interface PromotionActivities {
  /** Throws `not-found`, `conflict` (already there, nothing to roll back to). */
  planMove(request: {
    targetId: TargetId;
    channel: string;
    releaseId: ReleaseId | null;
    kind: 'promotion' | 'rollback';
  }): Promise<ChannelMovePlan>;
  /** Runs the manifest's deploy hook and checks the build ID of the process that serves. Throws `deploy-failed`. */
  deployBuild(request: { plan: ChannelMovePlan; channel: string }): Promise<{ servingBuildId: string | null }>;
  recordMove(request: {
    targetId: TargetId;
    channel: string;
    kind: 'promotion' | 'rollback';
    toReleaseId: ReleaseId | null;
    actor: string;
    reason: string;
    servingBuildId: string | null;
    expectedRevision: number;
  }): Promise<Channel>;
}
