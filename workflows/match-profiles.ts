import type { MatchProfilesInput, ProfileMatch } from '../domain/contracts/workflows.ts';
import { workflowFailure } from './failures.ts';
import { builds, freshness } from './options.ts';

/**
 * How far each of a target's versions is from its source as it is now, the nearest first: before a new one is collected, an older one may serve a branch
 * or an older release. One compile, unless there is such a build, and one comparison a version.
 */
export async function matchProfiles({ targetId, targetName, mostVersions }: MatchProfilesInput): Promise<readonly ProfileMatch[]> {
  try {
    const { directory, manifest, versions } = await freshness.matchBasis({ targetId, mostVersions });
    if (versions.length === 0) return [];
    const source = await builds.captureSource({ directory, manifest });
    const instrumented = await builds.buildBinary({ targetId, targetName, manifest, source, kind: 'instrumented', profile: null });
    const matches: ProfileMatch[] = [];
    for (const { id, profile } of versions)
      matches.push({ versionId: id, drift: await builds.codeDrift({ profile, instrumented, source }) });
    return matches.toSorted((left, right) => lostShare(left) - lostShare(right));
  } catch (error) {
    throw workflowFailure(error);
  }
}

function lostShare({ drift: { totalCount, mismatchedCount, goneCount } }: ProfileMatch): number {
  return totalCount === 0 ? 1 : (mismatchedCount + goneCount) / totalCount;
}
