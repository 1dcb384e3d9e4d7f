import type { CycleId, FreshnessCheckId, ProfileVersionId, SessionId, TargetId } from '../ids.ts';
import type { PrivacyRelease } from './privacy.ts';
import type { Crossing } from '../statistics/crossing.ts';
import type { SourceRef, ToolchainRef } from './build.ts';

/** The ways in which a profile version goes stale (each with its unit). */
export const freshnessDimensions = ['age', 'code-drift', 'traffic-drift', 'profile-drift', 'toolchain-drift', 'hardware-drift'] as const;
export type FreshnessDimension = (typeof freshnessDimensions)[number];

/**
 * - `fresh`: at or below its threshold
 * - `rising`: above it, but not in as many checks in a row as the policy asks for
 * - `stale`: above it, and confirmed; it stays so until it has come down clearly
 * - `unavailable`: not known, for the reason that stands with it; never taken for fresh or stale: what was stale stays so
 */
export const dimensionStates = ['fresh', 'rising', 'stale', 'unavailable'] as const;
export type DimensionState = (typeof dimensionStates)[number];

/** One dimension as one look found it, before it is judged. */
export interface DimensionMeasure {
  readonly dimension: FreshnessDimension;
  /** In the dimension's unit; null when it could not be measured. */
  readonly value: number | null;
  /** `days`, or `share` for 0..1, or `changes` for something that is the same (0) or is not (1). */
  readonly unit: 'days' | 'share' | 'changes';
  /** Above it the profile is stale. */
  readonly threshold: number;
  /** What it means, in one sentence with the figure and the limit; for one that could not be measured, why. */
  readonly sentence: string;
  /** What it was made of, a line each: functions and their shares, versions, classes. */
  readonly details: readonly string[];
  /** Names what was measured where it may be the same in several checks (a sample): the same again confirms nothing. Null where each check measures anew. */
  readonly evidence: string | null;
}

/** The same, judged. */
export interface DimensionFinding extends DimensionMeasure {
  readonly state: DimensionState;
  /** Checks in a row, with this one, that found it above its threshold. */
  readonly checksAbove: number;
  /** Change of the value per day over the last checks of this version; null with fewer than three values. */
  readonly trendPerDay: number | null;
  /** When it will be above its threshold if it goes on as in the last checks of this version; null while too little is known, or it does not rise. */
  readonly forecast: Crossing | null;
}

/** The worst of the dimensions; `no-profile`: there is no accepted version to be fresh or stale. */
export const freshnessVerdicts = ['fresh', 'stale', 'no-profile'] as const;
export type FreshnessVerdict = (typeof freshnessVerdicts)[number];

/**
 * What stands beside the verdict of the version in use.
 * - `current`: nothing better waits
 * - `newer-not-promoted`: a newer version is vetted, and its release waits for a person
 * - `generation-broken`: the last cycles failed, so that nothing newer can come
 * - `refreshing`: a cycle runs
 */
export const freshnessStandings = ['current', 'newer-not-promoted', 'generation-broken', 'refreshing'] as const;
export type FreshnessStanding = (typeof freshnessStandings)[number];

/** What a check made of its verdict. */
export interface RefreshDecision {
  readonly start: boolean;
  /** One sentence: the reason of the cycle, or why none was started. */
  readonly because: string;
  /** When a check may start one at the earliest; null where time changes nothing. */
  readonly notBefore: string | null;
}

/** One look at a target's freshness; kept for ever. */
export interface FreshnessCheck {
  readonly id: FreshnessCheckId;
  readonly targetId: TargetId;
  /** The version that was looked at: of the release in channel `stable`, or else the newest that is not rejected. */
  readonly profileVersionId: ProfileVersionId | null;
  readonly verdict: FreshnessVerdict;
  readonly standing: FreshnessStanding;
  /** The verdict in one sentence. */
  readonly sentence: string;
  readonly dimensions: readonly DimensionFinding[];
  readonly refresh: RefreshDecision;
  /** The cycle that it started; null for none. */
  readonly cycleId: CycleId | null;
  readonly at: string;
}

/** How far a profile is from the source as it is now, function by function; counts are the profile's. */
export interface CodeDrift {
  readonly source: Pick<SourceRef, 'digest' | 'files'>;
  readonly toolchain: ToolchainRef;
  /** All counts of the profile. */
  readonly totalCount: number;
  /** Of functions whose CFG hash is another now. */
  readonly mismatchedCount: number;
  /** Of functions that are not in the source any more. */
  readonly goneCount: number;
  readonly mismatchedFunctions: number;
  readonly goneFunctions: number;
  /** Functions of the source that the profile does not know. */
  readonly newFunctions: number;
  /** Those which lost most, at most twenty, the heaviest first. */
  readonly heaviest: readonly { readonly name: string; readonly what: 'mismatched' | 'gone'; readonly count: number }[];
}

/** A light sample of production's requests, of which nothing but aggregates with noise was kept. */
export interface TrafficSample {
  readonly id: SessionId;
  readonly targetId: TargetId;
  /** Requests that were looked at. */
  readonly requests: number;
  readonly release: PrivacyRelease;
  readonly at: string;
}
