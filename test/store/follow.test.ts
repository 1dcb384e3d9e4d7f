import { afterAll, beforeAll, expect, test } from 'vitest';
import { asId, type CycleId } from '../../domain/ids.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
beforeAll(async () => {
  db = await freshStore();
});
afterAll(() => db.close());

const never = () => new AbortController().signal;

async function follow(id: CycleId, after = 0, signal = never()): Promise<number[]> {
  const seen: number[] = [];
  for await (const event of db.store.cycles.follow(id, after, signal)) seen.push(event.sequence);
  return seen;
}

test('a follower sees what was there, what comes, and the end', async () => {
  const { cycle, event, close } = await (await seed(db.store).target()).cycle();
  await event(1);
  await event(2);
  const early = follow(cycle.id);
  const later = follow(cycle.id, 1);
  for (let sequence = 3; sequence <= 6; sequence += 1) await event(sequence);
  await close('succeeded');
  expect(await early).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await later).toEqual([2, 3, 4, 5, 6]);
  expect(await follow(cycle.id, 4)).toEqual([5, 6]);
});

test('no event is lost or doubled by many followers of a fast writer', async () => {
  const { cycle, event, close } = await (await seed(db.store).target()).cycle();
  const followers = Array.from({ length: 10 }, () => follow(cycle.id));
  for (let sequence = 1; sequence <= 100; sequence += 1) await event(sequence);
  await close('succeeded');
  const expected = Array.from({ length: 100 }, (_, index) => index + 1);
  for (const seen of await Promise.all(followers)) expect(seen).toEqual(expected);
});

test('the signal ends a follower that waits', async () => {
  const { cycle, event } = await (await seed(db.store).target()).cycle();
  await event(1);
  const controller = new AbortController();
  const seen: number[] = [];
  for await (const { sequence } of db.store.cycles.follow(cycle.id, 0, controller.signal)) {
    seen.push(sequence);
    queueMicrotask(() => controller.abort());
  }
  expect(seen).toEqual([1]);
});

test('an unknown cycle is an error', async () => {
  await expect(follow(asId<CycleId>('none'))).rejects.toMatchObject({ code: 'not-found' });
});

test('a follower goes on when the listening connection is cut, with what was recorded meanwhile', async () => {
  const { cycle, event, close } = await (await seed(db.store).target()).cycle();
  await event(1);
  const seen = follow(cycle.id);
  const cut = () =>
    db.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hone-listener' AND datname = current_database()`,
    );
  for (let sequence = 2; sequence <= 9; sequence += 1) {
    if (sequence % 3 === 0) await cut();
    await event(sequence);
  }
  await close('succeeded');
  expect(await seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
