import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from '../../domain/ports/store.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { sampleError } from '../support/samples.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
beforeAll(async () => {
  db = await freshStore();
});
afterAll(() => db.close());

async function twoCycles() {
  const [a, b] = [await (await seed(db.store).target()).cycle(), await (await seed(db.store).target()).cycle()];
  return [a.cycle.id, b.cycle.id] as const;
}

test('one cycle holds a host; it may renew, and another gets it when it is released or has run out', async () => {
  const [a, b] = await twoCycles();
  const { name } = await seed(db.store).host('host-lease');
  expect(await db.store.hosts.lease(name, a, 60)).toBe(true);
  expect(await db.store.hosts.lease(name, a, 60)).toBe(true);
  expect(await db.store.hosts.lease(name, b, 60)).toBe(false);
  await db.store.hosts.release(name, b);
  expect(await db.store.hosts.lease(name, b, 60)).toBe(false);
  await db.store.hosts.release(name, a);
  expect(await db.store.hosts.lease(name, b, 0)).toBe(true);
  expect(await db.store.hosts.lease(name, a, 60)).toBe(true);
  await expect(db.store.hosts.lease('nowhere', a, 60)).rejects.toMatchObject({ code: 'not-found' });
});

test('a closed cycle holds no host and gets none: its holder may not have heard of the end yet', async () => {
  const [a, b] = await twoCycles();
  const { name } = await seed(db.store).host('host-closed');
  expect(await db.store.hosts.lease(name, a, 60)).toBe(true);
  await db.store.cycles.close(a, 'failed', sampleError);
  expect(await db.store.hosts.lease(name, a, 60)).toBe(false);
  expect(await db.store.hosts.lease(name, b, 60)).toBe(true);
});

test('of many cycles that want a host at once, one gets it', async () => {
  const { name } = await seed(db.store).host('host-race');
  const cycles = (await Promise.all(Array.from({ length: 6 }, twoCycles))).flat();
  const got = await Promise.all(cycles.map((id) => db.store.hosts.lease(name, id, 60)));
  expect(got.filter(Boolean)).toHaveLength(1);
});

test('a host that reports again is the same host', async () => {
  const first = await seed(db.store).host('host-again');
  const again = await seed(db.store).host('host-again');
  expect(again.id).toBe(first.id);
  expect(Date.parse(again.lastSeenAt)).toBeGreaterThanOrEqual(Date.parse(first.lastSeenAt));
});

test('registering a target again replaces its manifest and keeps its id', async () => {
  const { target } = await seed(db.store).target('registered-twice');
  const again = (await seed(db.store).target('registered-twice')).target;
  expect({ ...again, updatedAt: '' }).toEqual({ ...target, updatedAt: '' });
});

async function walk<Row extends { id: string }>(first: number, read: (after: string | null) => Promise<Page<Row>>) {
  const ids: string[] = [];
  for (let after: string | null = null; ;) {
    const page: Page<Row> = await read(after);
    ids.push(...page.rows.map(({ row }) => row.id));
    expect(page.rows.length).toBeLessThanOrEqual(first);
    if (!page.hasNextPage) return ids;
    after = page.rows.at(-1)?.cursor ?? null;
  }
}

test('pages meet every row once, newest first, though many are of one millisecond and more arrive', async () => {
  const { target, build } = await seed(db.store).target();
  const made = await Promise.all(Array.from({ length: 25 }, () => build('baseline')));
  await db.sql('ALTER TABLE "Build" DISABLE TRIGGER "Build_immutable"');
  await db.sql(`UPDATE "Build" SET "createdAt" = '2026-01-01' WHERE "targetId" = $1`, [target.id]);
  await db.sql('ALTER TABLE "Build" ENABLE TRIGGER "Build_immutable"');
  const filter = { targetId: target.id, kind: null };
  let late = 0;
  const ids = await walk(4, async (after) => {
    const page = await db.store.builds.list(filter, { first: 4, after });
    if (late++ < 3) await build('baseline');
    return page;
  });
  expect(ids.toSorted()).toEqual(made.map(({ id }) => id).toSorted());
  expect(ids).toEqual(ids.toSorted().toReversed());
  expect((await db.store.builds.list({ ...filter, kind: 'optimised' }, { first: 4, after: null })).rows).toEqual([]);
});

test('a page is one SQL statement, of whatever length', async () => {
  const { target, loop } = await seed(db.store).target();
  for (let round = 0; round < 3; round += 1) await loop();
  const filter = { targetId: target.id };
  const count = async (read: () => Promise<unknown>) => {
    db.takeStatements();
    await read();
    return db.takeStatements().length;
  };
  const page = { first: 50, after: null };
  expect(await count(() => db.store.targets.list(page))).toBe(1);
  expect(await count(() => db.store.cycles.list(filter, page))).toBe(1);
  expect(await count(() => db.store.profiles.list(filter, page))).toBe(1);
  expect(await count(() => db.store.builds.list({ ...filter, kind: null }, page))).toBe(1);
  expect(await count(() => db.store.releases.list(filter, page))).toBe(1);
  const cycles = (await db.store.cycles.list(filter, page)).rows.map(({ row }) => row.id);
  expect(await count(() => db.store.evaluations.byCycleIds(cycles))).toBe(1);
});

test('a foreign cursor and an impossible length are refused', async () => {
  await expect(db.store.targets.list({ first: 10, after: 'nonsense' })).rejects.toMatchObject({ code: 'input-invalid' });
  await expect(db.store.targets.list({ first: 0, after: null })).rejects.toMatchObject({ code: 'input-invalid' });
  await expect(db.store.targets.list({ first: 100_000, after: null })).rejects.toMatchObject({ code: 'input-invalid' });
});
