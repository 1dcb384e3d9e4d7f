import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { samplePrivacyReport } from '../support/samples.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
beforeAll(async () => void (db = await freshStore()));
afterAll(() => db.close());

const newId = () => asId<SessionId>(randomUUID());
const inAMinute = () => new Date(Date.now() + 60_000);
const release = samplePrivacyReport.release!;

test('one at a time, and none beside a cycle; a second call of the same goes on', async () => {
  const verbs = await seed(db.store).target();
  const { samples } = db.store;
  const first = newId();
  expect(await samples.begin(first, verbs.target.id, inAMinute())).toBeNull();
  expect(await samples.begin(first, verbs.target.id, inAMinute())).toBeNull();
  expect(await samples.begin(newId(), verbs.target.id, inAMinute())).toBe('Another sample of its requests is under way.');
  expect(Date.parse((await samples.busyUntil(verbs.target.id))!)).toBeGreaterThan(Date.now());
  await samples.end(first, { requests: 900, release, report: 'signed' });
  expect(await samples.busyUntil(verbs.target.id)).toBeNull();
  expect(await samples.byId(first)).toMatchObject({ requests: 900, release });

  const running = await verbs.cycle();
  expect(await samples.begin(newId(), verbs.target.id, inAMinute())).toBe('A cycle of the target mirrors its requests.');
  await running.close('failed');
});

test('many that begin at once: one does', async () => {
  const { target } = await seed(db.store).target();
  const begun = await Promise.all(Array.from({ length: 6 }, () => db.store.samples.begin(newId(), target.id, inAMinute())));
  expect(begun.filter((reason) => reason === null)).toHaveLength(1);
});

test('one whose time is over without an end holds nobody up, and does not go on', async () => {
  const { target } = await seed(db.store).target();
  const dead = newId();
  await db.store.samples.begin(dead, target.id, new Date(Date.now() - 1));
  expect(await db.store.samples.busyUntil(target.id)).toBeNull();
  expect(await db.store.samples.begin(dead, target.id, inAMinute())).toBe('The sample did not end in its time.');
  expect(await db.store.samples.begin(newId(), target.id, inAMinute())).toBeNull();
});

test('the first end stays; only those with aggregates are listed, newest first', async () => {
  const { target } = await seed(db.store).target();
  const ids = [newId(), newId(), newId()];
  for (const [index, id] of ids.entries()) {
    await db.store.samples.begin(id, target.id, inAMinute());
    await db.store.samples.end(id, index === 1 ? { failure: 'No request came.' } : { requests: index + 1, release, report: 'signed' });
    await db.store.samples.end(id, { failure: 'said later' });
  }
  expect((await db.store.samples.list(target.id, 5)).map(({ requests }) => requests)).toEqual([3, 1]);
  expect(await db.store.samples.byId(ids[1]!)).toBeNull();
  await expect(db.sql(`UPDATE "TrafficSample" SET "requests" = 9 WHERE "id" = '${ids[0]}'`)).rejects.toThrow('immutable');
  await expect(
    db.sql(`UPDATE "TrafficSample" SET "endedAt" = now() WHERE "targetId" = '${target.id}' AND "endedAt" IS NULL`),
  ).resolves.toEqual([]);
});
