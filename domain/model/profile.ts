import type { CycleId, Digest, ProfileVersionId, TargetId } from '../ids.ts';
import type { BlobRef } from './blob.ts';
import type { ToolchainRef } from './build.ts';
import type { ReplayComparison } from './collection.ts';

export type ProfileState = 'unvetted' | 'vetted' | 'rejected';

/** What `llvm-profdata show` knows of a merged profile. */
export interface ProfileSummary {
  /** Functions in the profile. */
  readonly functions: number;
  readonly functionsWithCounts: number;
  readonly totalCount: number;
  readonly maximumCount: number;
  /** Counters in the profile. */
  readonly blocks: number;
  /** Counters greater than zero, as a share of all. */
  readonly coveredShare: number;
  /** Total count divided by counters: how much was seen per place. */
  readonly density: number;
  readonly binaryIds: readonly string[];
}

/** What a compile of the source with the profile said. */
export interface SourceMatch {
  /** Functions whose CFG hash is no longer that of the profile: their names, in order, the first thousand, each cut after 300 characters. */
  readonly mismatched: readonly string[];
  /** All of them: functions of one name and several shapes count each. */
  readonly mismatchedCount: number;
  /** Functions of the source that the profile does not know: their names, as above. */
  readonly missing: readonly string[];
  /** All of them: functions of one name and several shapes count each. */
  readonly missingCount: number;
  /** mismatched over functions with counts. */
  readonly mismatchedShare: number;
}

export interface AcceptanceCheck {
  /** `right-binary`, `counts`, `functions`, `size`, `window-overlap`, `source-match`, `replay-agreement`. */
  readonly name: string;
  readonly passed: boolean;
  /** One sentence with the figure and the limit. */
  readonly sentence: string;
}

/** What is known of a profile when it arrives. */
export interface AcceptanceReport {
  readonly accepted: boolean;
  readonly checks: readonly AcceptanceCheck[];
  readonly summary: ProfileSummary;
  /** The lowest overlap of a window with the merge of the others, 0..1; null with a single window. */
  readonly windowOverlap: number | null;
  /** Overlap with the target's last version, 0..1; null without one. */
  readonly lastVersionOverlap: number | null;
  readonly source: SourceMatch | null;
  readonly replay: ReplayComparison | null;
}

/** Where a profile comes from: with the manifest that its cycle keeps, whole enough to build it again. */
export interface Provenance {
  /** SHA-256 of the manifest's text. Build command, build environment and policies stand in the manifest, which the cycle keeps. */
  readonly manifestDigest: Digest;
  readonly sourceDigest: Digest;
  readonly toolchain: ToolchainRef;
  readonly flags: readonly string[];
  readonly instrumentedBuildId: string;
  readonly windows: readonly {
    readonly index: number;
    readonly attempt: number;
    readonly host: string;
    readonly kept: boolean;
    readonly requests: number;
    readonly rejections: readonly string[];
    readonly rawProfiles: readonly Digest[];
  }[];
  readonly trafficDigest: Digest | null;
  readonly deidentificationRules: readonly string[];
  readonly parentVersion: number | null;
}

/** An immutable, numbered profile of a target. */
export interface ProfileVersion {
  readonly id: ProfileVersionId;
  readonly targetId: TargetId;
  readonly cycleId: CycleId;
  /** 1, 2, … within the target. */
  readonly number: number;
  readonly state: ProfileState;
  readonly profile: BlobRef;
  readonly acceptance: AcceptanceReport;
  readonly provenance: Provenance;
  readonly createdAt: string;
}
