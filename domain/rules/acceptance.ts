import type { Manifest } from '../manifest/schema.ts';
import type { ReplayComparison } from '../model/collection.ts';
import type { AcceptanceCheck, AcceptanceReport, ProfileSummary, SourceMatch } from '../model/profile.ts';

export interface AcceptanceFacts {
  readonly summary: ProfileSummary;
  /** The build ID of the instrumented build that was run. */
  readonly expectedBinaryId: string;
  /** Each kept window with the whole, 0..1; empty with a single window. */
  readonly windowOverlaps: readonly number[];
  readonly lastVersionOverlap: number | null;
  /** Null before anything was compiled with the profile, or when the very build is there already. */
  readonly sourceMatch: SourceMatch | null;
  /** Null for a command drive. */
  readonly replay: ReplayComparison | null;
  readonly profileSizeBytes: number;
  readonly policy: Manifest['acceptance'];
}

/** Says of an arriving profile whether it is one: every check with its figure and its limit. */
export function judgeProfile(facts: AcceptanceFacts): AcceptanceReport {
  const checks = [
    rightBinary(facts),
    counts(facts),
    functions(facts),
    size(facts),
    windowOverlap(facts),
    sourceMatch(facts),
    replayAgreement(facts),
  ].filter((check) => check !== null);
  return {
    accepted: checks.every(({ passed }) => passed),
    checks,
    summary: facts.summary,
    windowOverlap: lowest(facts.windowOverlaps),
    lastVersionOverlap: facts.lastVersionOverlap,
    source: facts.sourceMatch,
    replay: facts.replay,
  };
}

function rightBinary({ summary, expectedBinaryId }: AcceptanceFacts): AcceptanceCheck {
  const passed = summary.binaryIds.length > 0 && summary.binaryIds.includes(expectedBinaryId);
  const found = summary.binaryIds.length === 0 ? 'no build ID' : summary.binaryIds.map((id) => id.slice(0, 12)).join(', ');
  return {
    name: 'right-binary',
    passed,
    sentence: passed
      ? `it comes from build ${expectedBinaryId.slice(0, 12)}`
      : `it carries ${found}, not ${expectedBinaryId.slice(0, 12)}: another binary was collected`,
  };
}

function counts({ summary }: AcceptanceFacts): AcceptanceCheck {
  return {
    name: 'counts',
    passed: summary.totalCount > 0,
    sentence:
      summary.totalCount > 0
        ? `${summary.totalCount} counts in all`
        : 'every count is zero: the process that ran the work was not the one collected',
  };
}

function functions({ summary, policy }: AcceptanceFacts): AcceptanceCheck {
  return {
    name: 'functions',
    passed: summary.functionsWithCounts >= policy.minimumFunctions,
    sentence: `${summary.functionsWithCounts} of ${summary.functions} functions have counts, at least ${policy.minimumFunctions} are wanted`,
  };
}

function size({ profileSizeBytes, policy }: AcceptanceFacts): AcceptanceCheck {
  return {
    name: 'size',
    passed: profileSizeBytes >= policy.minimumBytes,
    sentence: `${profileSizeBytes} bytes, at least ${policy.minimumBytes} are wanted`,
  };
}

function windowOverlap({ windowOverlaps, policy }: AcceptanceFacts): AcceptanceCheck | null {
  const overlap = lowest(windowOverlaps);
  if (overlap === null) return null;
  return {
    name: 'window-overlap',
    passed: overlap >= policy.minimumWindowOverlap,
    sentence: `the least similar window overlaps the whole by ${percent(overlap)}, at least ${percent(policy.minimumWindowOverlap)} is wanted`,
  };
}

function sourceMatch({ sourceMatch: match, policy }: AcceptanceFacts): AcceptanceCheck | null {
  if (match === null) return null;
  return {
    name: 'source-match',
    passed: match.mismatchedShare <= policy.maximumMismatchedShare,
    sentence: `${match.mismatched.length} functions (${percent(match.mismatchedShare)} of those with counts) do not match the source, at most ${percent(policy.maximumMismatchedShare)} may; ${match.missingCount} are not in the profile`,
  };
}

function replayAgreement({ replay, policy }: AcceptanceFacts): AcceptanceCheck | null {
  if (replay === null) return null;
  if (replay.compared === 0)
    return { name: 'replay-agreement', passed: false, sentence: "no answer of the replay could be compared with production's" };
  const share = replay.sameStatusClass / replay.compared;
  return {
    name: 'replay-agreement',
    passed: share >= policy.minimumStatusAgreement,
    sentence: `${percent(share)} of ${replay.compared} replayed requests had production's status class, at least ${percent(policy.minimumStatusAgreement)} is wanted${replay.similarSizeShare === null ? '' : `; ${percent(replay.similarSizeShare)} had its answer size within a tenth`}`,
  };
}

function lowest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
