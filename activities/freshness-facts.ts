import type { Measured } from '../domain/contracts/freshness-activities.ts';
import { HoneError } from '../domain/errors.ts';
import type { ProfileVersionId, TargetId } from '../domain/ids.ts';
import { defaultFreshness, type FreshnessPolicy } from '../domain/manifest/freshness-schema.ts';
import type { Window } from '../domain/model/collection.ts';
import type { RefreshCycle } from '../domain/model/cycle.ts';
import type { ProfileVersion } from '../domain/model/profile.ts';
import type { Target } from '../domain/model/target.ts';
import type { Store } from '../domain/ports/store.ts';
import type { RefreshFacts } from '../domain/rules/refresh-decision.ts';
import type { TrafficShapes } from '../domain/rules/traffic-drift.ts';

/** The channel whose release is in use. */
const channelInUse = 'stable';
/** More cycles and versions than these are not looked back at. */
const mostRows = 200;
const dayMilliseconds = 86_400_000;

/** The shapes of the requests that a version was collected from. */
export async function shapesOf(store: Store, { cycleId, createdAt }: ProfileVersion): Promise<Measured<TrafficShapes>> {
  const corpus = await store.cycles.corpus(cycleId);
  if (corpus === null) return { unavailable: 'The version was not collected from requests.' };
  const { release, withheld } = corpus.deidentification.privacy;
  if (release !== null) return { release, at: createdAt };
  return { unavailable: `Nothing is known of the requests at collection: ${withheld?.message ?? 'no aggregate was released'}` };
}

/** Of the release in channel `stable`; without one the newest version that is neither rejected nor was rolled back. */
export async function versionInUse(store: Store, targetId: TargetId): Promise<ProfileVersion | null> {
  const { releaseId } = await store.releases.channel(targetId, channelInUse);
  const release = releaseId === null ? null : await store.releases.byId(releaseId);
  if (release !== null) return store.profiles.byId(release.profileVersionId);
  const left = await rolledBack(store, targetId);
  return (await versionsOf(store, targetId)).find(({ id, state }) => state !== 'rejected' && !left.has(id)) ?? null;
}

/** The newest first. */
export async function versionsOf(store: Store, targetId: TargetId): Promise<readonly ProfileVersion[]> {
  return (await store.profiles.list({ targetId }, { first: mostRows, after: null })).rows.map(({ row }) => row);
}

/** The versions whose release somebody took out of the channel again: nobody is told to promote them. */
async function rolledBack(store: Store, targetId: TargetId): Promise<ReadonlySet<ProfileVersionId>> {
  const moves = await store.releases.moves(targetId, channelInUse);
  const left = moves.flatMap(({ kind, fromReleaseId }) => (kind === 'rollback' && fromReleaseId !== null ? [fromReleaseId] : []));
  return new Set((await store.releases.byIds([...new Set(left)])).map(({ profileVersionId }) => profileVersionId));
}

/** When the last window of a version that was kept ended; when the version was made, where none is known. */
export async function collectedAt(store: Store, { cycleId, createdAt }: ProfileVersion): Promise<string> {
  return lastEnd((await store.windows.ofCycle(cycleId)).filter(({ kept }) => kept)) ?? createdAt;
}

/** When the last of the windows ended. */
export function lastEnd(windows: readonly Window[]): string | null {
  return (
    windows
      .map(({ endedAt }) => endedAt)
      .toSorted()
      .at(-1) ?? null
  );
}

/** The cycles so far, and what they brought since the version in use was collected. */
export async function pastOf(
  store: Store,
  targetId: TargetId,
  inUse: ProfileVersion | null,
  now: Date,
): Promise<Pick<RefreshFacts, 'cycles' | 'attempts' | 'waiting'>> {
  const page = { first: mostRows, after: null };
  const cycles = (await store.cycles.list({ targetId }, page)).rows.map(({ row }) => row);
  const left = await rolledBack(store, targetId);
  const newer = (await versionsOf(store, targetId)).find(
    ({ id, state, number }) => state === 'vetted' && number > (inUse?.number ?? 0) && !left.has(id),
  );
  const waiting = newer && { number: newer.number, ageDays: (now.getTime() - Date.parse(newer.createdAt)) / dayMilliseconds };
  return { cycles, attempts: attemptsSince(cycles, newer ?? inUse), waiting: waiting ?? null };
}

/** Cycles that ended after the one of the given version; all that ended without one. */
function attemptsSince(cycles: readonly RefreshCycle[], version: ProfileVersion | null): number {
  const ended = cycles.filter(({ state }) => state !== 'running');
  const index = version === null ? -1 : ended.findIndex(({ id }) => id === version.cycleId);
  return index === -1 ? ended.length : index;
}

/** A manifest that was registered before there was a policy has none. */
export const policyOf = ({ manifest }: Target): FreshnessPolicy => (manifest as Partial<Target['manifest']>).freshness ?? defaultFreshness;

/** Throws `target-not-found`. */
export async function targetOf(store: Store, id: TargetId): Promise<Target> {
  const target = await store.targets.byId(id);
  if (target) return target;
  throw new HoneError('target-not-found', `There is no target ${id}.`, 'Register it: hone target add DIRECTORY.');
}
