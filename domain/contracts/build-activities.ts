import type { CycleId, ProfileVersionId, TargetId } from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { BlobRef } from '../model/blob.ts';
import type { Build, BuildKind, SourceRef } from '../model/build.ts';
import type { CodeDrift } from '../model/freshness.ts';
import type { ProfileSummary, SourceMatch } from '../model/profile.ts';

export interface BuildBinaryRequest {
  readonly targetId: TargetId;
  readonly targetName: string;
  readonly manifest: Manifest;
  readonly source: SourceRef;
  readonly kind: BuildKind;
  readonly profile: BlobRef | null;
}

/** A compile with a profile that nothing has accepted yet: no build, until {@link BuildActivities.keepTrial} makes it one. */
export interface TrialBuild {
  readonly build: Omit<Build, 'id' | 'createdAt' | 'profileVersionId'>;
  /** Of this compile; or, when a build of the same key was kept, of the compile that made it. Null only for a build without a profile. */
  readonly sourceMatch: SourceMatch | null;
}

/** The raw profiles that one window left. */
export interface RawWindow {
  readonly index: number;
  readonly rawProfiles: readonly BlobRef[];
}

/** Compile and merge; task queue `hone-build`. All heartbeat. */
export interface BuildActivities {
  captureSource(request: { directory: string; manifest: Manifest }): Promise<SourceRef>;
  /** Answers the build of the same key when there is one: nothing is compiled twice. */
  buildBinary(request: BuildBinaryRequest): Promise<Build>;
  /** The compile of Hone's own that says what of the source the profile matches; its binary becomes the optimised build once the profile is accepted. */
  tryProfile(request: BuildBinaryRequest & { readonly cycleId: CycleId }): Promise<TrialBuild>;
  keepTrial(request: { trial: TrialBuild; profileVersionId: ProfileVersionId }): Promise<Build>;
  /** Merges the windows' raw profiles, each request with equal weight. */
  mergeProfiles(request: { windows: readonly RawWindow[] }): Promise<{ profile: BlobRef; summary: ProfileSummary }>;
  /** Overlap of each window with the merge of the others, 0..1, in the windows' order; empty for a single window. */
  overlapWindows(request: { windows: readonly RawWindow[] }): Promise<readonly number[]>;
  /** How far a profile is from the source that an instrumented build was made of. */
  codeDrift(request: { profile: BlobRef; instrumented: Build; source: SourceRef }): Promise<CodeDrift>;
  overlapProfiles(request: { left: BlobRef; right: BlobRef }): Promise<number>;
}
