import type { CycleId, FreshnessCheckId, ProfileVersionId, SessionId, TargetId } from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { BlobRef } from '../model/blob.ts';
import type { CodeDrift, FreshnessCheck } from '../model/freshness.ts';

/** What a check is made of: the target as it is registered, and the profile of the version in use; null without one. */
export interface FreshnessBasis {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly version: { readonly id: ProfileVersionId; readonly profile: BlobRef; readonly collectedAt: string } | null;
}

/** What versions are compared with: as {@link FreshnessBasis}. */
export interface MatchBasis extends Pick<FreshnessBasis, 'directory' | 'manifest'> {
  /** The newest first. */
  readonly versions: readonly { readonly id: ProfileVersionId; readonly profile: BlobRef }[];
}

/** What was measured, or why it could not be, in a sentence. */
export type Measured<Value> = Value | { readonly unavailable: string };

/** The store's side of a check; task queue `hone-control`. */
export interface FreshnessActivities {
  /** Throws `target-not-found`. */
  freshnessBasis(request: { targetId: TargetId }): Promise<FreshnessBasis>;
  /** The target as it is registered, and its newest versions that are not rejected. Throws `target-not-found`. */
  matchBasis(request: { targetId: TargetId; mostVersions: number }): Promise<MatchBasis>;
  /**
   * Samples production's requests, or answers the last sample where it is young enough. Long; heartbeats. What keeps it from being taken is answered,
   * not thrown. Throws `target-not-found`.
   * @param request.notBefore an older sample serves no more; ISO 8601
   */
  sampleTraffic(request: { id: SessionId; targetId: TargetId; notBefore: string }): Promise<Measured<{ readonly id: SessionId }>>;
  /**
   * Judges what was measured beside earlier checks, decides about a refresh and stores all of it. Idempotent by id: a second call answers the
   * first one's row. Throws `target-not-found`.
   * @param request.versionId what was looked at; null for none
   * @param request.code null when there was no version to compare with
   */
  recordFreshness(request: {
    id: FreshnessCheckId;
    targetId: TargetId;
    versionId: ProfileVersionId | null;
    code: Measured<CodeDrift> | null;
    sample: Measured<{ readonly id: SessionId }>;
  }): Promise<FreshnessCheck>;
  /** Ends a sample that its activity could not end; harmless when there is none. */
  abandonSample(request: { id: SessionId }): Promise<void>;
  /** The cycle that the check started; the first call counts. */
  recordRefresh(request: { id: FreshnessCheckId; cycleId: CycleId }): Promise<void>;
}
