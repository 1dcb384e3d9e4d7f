import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshStore, type TestStore } from '../support/database.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
beforeAll(async () => {
  db = await freshStore();
});
afterAll(() => db.close());

const start = { name: 'nightly', workflowId: 'schedule/shop/nightly', runId: 'run', dueAt: '2026-11-22T03:00:00.000Z' };

test('a start that waits is settled once; what it came to stays, and is counted by the schedule', async () => {
  const { target, cycle: openCycle } = await seed(db.store).target('shop');
  const { cycle } = await openCycle();
  const of = { ...start, targetId: target.id };
  await db.store.schedules.saveStart({ ...of, outcome: 'waiting', cycleId: cycle.id, because: 'waits' });
  await db.store.schedules.saveStart({ ...of, outcome: 'started', cycleId: cycle.id, because: null });
  await db.store.schedules.saveStart({ ...of, outcome: 'skipped', cycleId: null, because: 'too late' });
  expect(await db.store.schedules.startsOf(target.id, 'nightly', 5)).toEqual([
    { ...of, outcome: 'started', cycleId: cycle.id, because: null, at: expect.any(String) as string },
  ]);
  await expect(db.sql(`UPDATE "ScheduleStart" SET "outcome" = 'skipped', "because" = 'x'`)).rejects.toThrow(/is immutable/);
  await expect(db.sql(`DELETE FROM "ScheduleStart"`)).rejects.toThrow(/is immutable/);
  const nothing = { ...of, runId: 'other', outcome: 'started' as const, cycleId: null, because: null };
  await expect(db.store.schedules.saveStart(nothing)).rejects.toThrow();
});

test('what was done to a schedule is kept, also when it is gone', async () => {
  const { target } = await seed(db.store).target('other');
  const change = { targetId: target.id, name: 'nightly', actor: 'ada', note: 'why', details: ['overlap: skip → buffer-one'] };
  const settings = {} as never; // the store takes any
  await db.store.schedules.save({ targetId: target.id, name: 'nightly', declared: null, settings }, { ...change, kind: 'created' });
  expect(await db.store.schedules.list({ targetId: null })).toMatchObject([{ targetName: 'other', name: 'nightly', declared: null }]);
  await db.store.schedules.remove(target.id, 'nightly', { ...change, kind: 'removed' });
  expect(await db.store.schedules.find(target.id, 'nightly')).toBeNull();
  const kept = await db.store.schedules.changesOf(target.id, 'nightly', 5);
  expect(kept).toMatchObject([{ kind: 'removed' }, { ...change, kind: 'created' }]);
  await expect(db.sql(`UPDATE "ScheduleChange" SET "actor" = 'eve'`)).rejects.toThrow(/is immutable/);
});
