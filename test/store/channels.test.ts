import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReleaseId, TargetId } from '../../domain/ids.ts';
import { asId } from '../../domain/ids.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
beforeAll(async () => {
  db = await freshStore();
});
afterAll(() => db.close());

const moveTo = (targetId: TargetId, toReleaseId: ReleaseId | null) => ({
  targetId,
  channel: 'stable',
  kind: toReleaseId === null ? ('rollback' as const) : ('promotion' as const),
  toReleaseId,
  actor: 'release engineer',
  reason: 'measured',
  servingBuildId: 'abc',
});

test('a channel that nobody moved has revision 0', async () => {
  const { target } = await seed(db.store).target();
  expect(await db.store.releases.channel(target.id, 'stable')).toMatchObject({ revision: 0, releaseId: null, updatedAt: target.createdAt });
  await expect(db.store.releases.channel(asId<TargetId>('none'), 'stable')).rejects.toMatchObject({ code: 'target-not-found' });
});

test('moves are recorded with where they came from', async () => {
  const { target, loop } = await seed(db.store).target();
  const { release } = await loop();
  const { release: next } = await loop();
  const move = (to: ReleaseId | null, expected: number) => db.store.releases.move(moveTo(target.id, to), expected);
  expect(await move(release.id, 0)).toMatchObject({ revision: 1, releaseId: release.id });
  expect(await move(next.id, 1)).toMatchObject({ revision: 2, releaseId: next.id });
  expect(await move(null, 2)).toMatchObject({ revision: 3, releaseId: null });
  expect(
    (await db.store.releases.moves(target.id, 'stable')).map((row) => [row.revision, row.kind, row.fromReleaseId, row.toReleaseId]),
  ).toEqual([
    [1, 'promotion', null, release.id],
    [2, 'promotion', release.id, next.id],
    [3, 'rollback', next.id, null],
  ]);
  expect(await db.store.releases.movesOf([target.id])).toHaveLength(3);
  expect(await db.store.releases.channels([target.id])).toMatchObject([{ name: 'stable', revision: 3 }]);
});

test.each([0, 1])('of ten moves at once from revision %i one wins, and only it is recorded', async (revision) => {
  const { target, loop } = await seed(db.store).target();
  const { release } = await loop();
  if (revision === 1) await db.store.releases.move(moveTo(target.id, release.id), 0);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => db.store.releases.move(moveTo(target.id, release.id), revision)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' });
  expect(await db.store.releases.moves(target.id, 'stable')).toHaveLength(revision + 1);
});

test("another target's release is refused and nothing moves", async () => {
  const { release } = await (await seed(db.store).target()).loop();
  const { target } = await seed(db.store).target();
  await expect(db.store.releases.move(moveTo(target.id, release.id), 0)).rejects.toMatchObject({ code: 'not-found' });
  expect((await db.store.releases.channel(target.id, 'stable')).revision).toBe(0);
});
