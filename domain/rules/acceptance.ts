import { grouped, perCent } from './figures.ts';
import type { BuildLibrary } from '../model/build.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { ReplayComparison } from '../model/collection.ts';
import type { AcceptanceCheck, AcceptanceReport, ProfileSummary, SourceMatch } from '../model/profile.ts';

/** What is known of a merged profile. */
export interface ProfileFacts {
  readonly summary: ProfileSummary;
  /** The ELF build ID of the instrumented build, lower-case hexadecimal. */
  readonly expectedBinaryId: string;
  /** The shared objects of that build. */
  readonly libraries: readonly Pick<BuildLibrary, 'path' | 'elfBuildId'>[];
  /** Overlap of each kept window with the merge of the others, 0..1; one window has nothing to be compared with. */
  readonly windowOverlaps: readonly number[];
  /** Overlap with the target's last version; null without one. Shown, not judged: traffic may change. */
  readonly lastVersionOverlap: number | null;
  /** What a compile with the profile said; null before there was one. */
  readonly sourceMatch: SourceMatch | null;
  /** Production's answers beside the replay's; null for a command drive. */
  readonly replay: ReplayComparison | null;
  /** Requests that the gateway replayed to the instance; null where there is no gateway. */
  readonly replayed: number | null;
  readonly policy: Manifest['acceptance'];
  readonly profileSizeBytes: number;
}

const check = (name: string, passed: boolean, sentence: string): AcceptanceCheck => ({ name, passed, sentence });

/**
 * A profile names the program and the libraries that it was collected from; one of anything else too means that files were mixed up.
 * A library that is not among them was not loaded, or was built without counters: that is said, and no reason to reject.
 */
function rightBinary({ summary, expectedBinaryId, libraries }: ProfileFacts): AcceptanceCheck {
  const ids = summary.binaryIds.map((id) => id.toLowerCase());
  const expected = new Set([expectedBinaryId, ...libraries.map(({ elfBuildId }) => elfBuildId)]);
  const foreign = ids.filter((id) => !expected.has(id));
  const name = 'right-binary';
  if (ids.length === 0) return check(name, false, `The profile names no binary; ${expectedBinaryId} is expected (link with --build-id).`);
  if (!ids.includes(expectedBinaryId)) return check(name, false, `The profile is of ${ids.join(', ')}; ${expectedBinaryId} is expected.`);
  if (foreign.length > 0) {
    const what = `The profile is of ${expectedBinaryId} and also of ${foreign.join(', ')}`;
    const why = 'a shared library that was built with counters and is not in build.libraries, or another program';
    return check(name, false, `${what}: ${why}. Name the library in build.libraries, or build it without CFLAGS and LDFLAGS.`);
  }
  const counted = libraries.filter(({ elfBuildId }) => ids.includes(elfBuildId));
  const silent = libraries.filter((library) => !counted.includes(library)).map(({ path }) => path);
  const beside = counted.length === 0 ? '' : ` with ${counted.map(({ path }) => path).join(', ')}`;
  const without = silent.length === 0 ? '' : `; nothing of ${silent.join(', ')}, which was not loaded or has no counters`;
  return check(name, true, `The profile is of ${expectedBinaryId}, the instrumented build${beside}${without}.`);
}

function counts({ summary }: ProfileFacts): AcceptanceCheck {
  const { totalCount, maximumCount, coveredShare, density } = summary;
  if (totalCount <= 0 || maximumCount <= 0) return check('counts', false, 'Every counter is zero: nothing ran while it was collected.');
  const detail = `${perCent(coveredShare)} of the counters are above zero, ${density.toFixed(1)} counts per counter`;
  return check('counts', true, `${grouped(totalCount)} counts in all, ${grouped(maximumCount)} at most; ${detail}.`);
}

function functions({ summary, policy }: ProfileFacts): AcceptanceCheck {
  const { functionsWithCounts, functions: all } = summary;
  const share = perCent(all === 0 ? 0 : functionsWithCounts / all);
  const sentence = `${grouped(functionsWithCounts)} of ${grouped(all)} functions (${share}) have counts; at least ${grouped(policy.minimumFunctions)} are wanted.`;
  return check('functions', functionsWithCounts >= policy.minimumFunctions, sentence);
}

function size({ profileSizeBytes, policy }: ProfileFacts): AcceptanceCheck {
  const sentence = `The profile has ${grouped(profileSizeBytes)} bytes; at least ${grouped(policy.minimumBytes)} are wanted.`;
  return check('size', profileSizeBytes >= policy.minimumBytes, sentence);
}

function windowOverlap(lowest: number | null, { policy }: ProfileFacts): AcceptanceCheck {
  if (lowest === null) return check('window-overlap', true, 'A single window: there is nothing to compare it with.');
  const limit = perCent(policy.minimumWindowOverlap);
  const sentence = `The most different window overlaps the others by ${perCent(lowest)}; at least ${limit} is wanted.`;
  return check('window-overlap', lowest >= policy.minimumWindowOverlap, sentence);
}

function sourceMatch(match: SourceMatch, { policy }: ProfileFacts): AcceptanceCheck {
  const { mismatchedCount, mismatchedShare, missingCount } = match;
  const figures = `${grouped(mismatchedCount)} functions (${perCent(mismatchedShare)}) no longer match the source`;
  const limit = `at most ${perCent(policy.maximumMismatchedShare)} is allowed; ${grouped(missingCount)} functions of the source are not in the profile`;
  return check('source-match', mismatchedShare <= policy.maximumMismatchedShare, `${figures}; ${limit}.`);
}

/** Agreement of few says nothing of the rest: production's answers reach the gateway by datagrams, which may be lost. */
const minimumComparedShare = 0.5;

function replayAgreement(replay: ReplayComparison, { policy, replayed }: ProfileFacts): AcceptanceCheck {
  const limit = perCent(policy.minimumStatusAgreement);
  const name = 'replay-agreement';
  if (replay.compared === 0)
    return check(name, false, `No replayed request could be compared with production's answer; ${limit} agreement is wanted.`);
  if (replayed !== null && replay.compared < replayed * minimumComparedShare) {
    const figures = `Only ${grouped(replay.compared)} of ${grouped(replayed)} replayed requests could be compared with production's answers`;
    return check(name, false, `${figures}; at least ${perCent(minimumComparedShare)} are wanted.`);
  }
  const share = replay.sameStatusClass / replay.compared;
  const similar = replay.similarSizeShare === null ? '' : `; ${perCent(replay.similarSizeShare)} were of a similar size`;
  const sentence = `${perCent(share)} of ${grouped(replay.compared)} replayed requests had production's status class; at least ${limit} is wanted${similar}.`;
  return check(name, share >= policy.minimumStatusAgreement, sentence);
}

/**
 * The acceptance report of a merged profile. It is accepted when every check passed; a check that cannot be made yet (source
 * match before a compile) or does not apply (replay of a command drive) is not in the list.
 */
export function judgeProfile(facts: ProfileFacts): AcceptanceReport {
  const lowestOverlap = facts.windowOverlaps.length < 2 ? null : Math.min(...facts.windowOverlaps);
  const checks = [
    rightBinary(facts),
    counts(facts),
    functions(facts),
    size(facts),
    windowOverlap(lowestOverlap, facts),
    ...(facts.sourceMatch === null ? [] : [sourceMatch(facts.sourceMatch, facts)]),
    ...(facts.replay === null ? [] : [replayAgreement(facts.replay, facts)]),
  ];
  return {
    accepted: checks.every(({ passed }) => passed),
    checks,
    summary: facts.summary,
    windowOverlap: lowestOverlap,
    lastVersionOverlap: facts.lastVersionOverlap,
    source: facts.sourceMatch,
    replay: facts.replay,
  };
}
