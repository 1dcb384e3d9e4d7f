import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePromotionActivities } from '../../activities/index.ts';
import type { PromotionActivities } from '../../domain/contracts/control-activities.ts';
import type { ReleaseId } from '../../domain/ids.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { seed } from '../support/seed.ts';
import { runActivity } from './run-activity.ts';

let db: TestStore;
let activities: PromotionActivities;
beforeAll(async () => {
  db = await freshStore();
  activities = makePromotionActivities({
    store: db.store,
    deployHook: { deploy: () => Promise.reject(new Error('no hook in this test')) },
  });
});
afterAll(() => db.close());

type Move = Parameters<PromotionActivities['recordMove']>[0];

/** Records a move as the given attempt of the activity. */
const record = (move: Move, attempt: number) => runActivity(() => activities.recordMove(move), attempt);

async function twoReleases() {
  const { target, loop } = await seed(db.store).target();
  const [{ release: first }, { release: second }] = [await loop(), await loop()];
  const move = (toReleaseId: ReleaseId | null, expectedRevision: number): Move => ({
    targetId: target.id,
    channel: 'stable',
    kind: toReleaseId === null ? 'rollback' : 'promotion',
    toReleaseId,
    actor: 'release engineer',
    reason: 'measured',
    servingBuildId: 'abc',
    expectedRevision,
  });
  return { target, first, second, move };
}

test('a move whose answer was lost is answered by its next attempt, and recorded once', async () => {
  const { target, first, move } = await twoReleases();
  const recorded = await record(move(first.id, 0), 1);
  expect(recorded).toMatchObject({ releaseId: first.id, revision: 1 });
  expect(await record(move(first.id, 0), 2)).toEqual(recorded);
  expect(await db.store.releases.moves(target.id, 'stable')).toHaveLength(1);
  expect(await record(move(null, 1), 1)).toMatchObject({ releaseId: null, revision: 2 });
  expect(await record(move(null, 1), 3)).toMatchObject({ releaseId: null, revision: 2 });
});

test("another's move is a conflict, in any attempt", async () => {
  const { first, second, move } = await twoReleases();
  await record(move(first.id, 0), 1);
  await expect(record(move(first.id, 0), 1)).rejects.toMatchObject({ code: 'conflict' });
  await expect(record(move(second.id, 0), 2)).rejects.toMatchObject({ code: 'conflict' });
  await expect(record({ ...move(first.id, 0), actor: 'somebody else' }, 2)).rejects.toMatchObject({ code: 'conflict' });
  await expect(record({ ...move(first.id, 0), servingBuildId: null }, 2)).rejects.toMatchObject({ code: 'conflict' });
});

test('rollbacks reach the baseline after a release was promoted twice', async () => {
  const { target, first, second, move } = await twoReleases();
  for (const [index, release] of [first, second, first].entries()) await record(move(release.id, index), 1);
  const plan = () => activities.planMove({ targetId: target.id, channel: 'stable', releaseId: null, kind: 'rollback' });
  for (const to of [second.id, first.id, null]) {
    const { toReleaseId, expectedRevision } = await plan();
    expect(toReleaseId).toBe(to);
    await record({ ...move(toReleaseId, expectedRevision), kind: 'rollback' }, 1);
  }
  await expect(plan()).rejects.toMatchObject({ code: 'conflict' });
});
