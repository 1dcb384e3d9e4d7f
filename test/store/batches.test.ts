import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asId, type CycleId, type SessionId } from '../../domain/ids.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { digestOf } from '../support/samples.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
beforeAll(async () => {
  db = await freshStore();
});
afterAll(() => db.close());

const keyOf = (word: string) => ({ keyId: digestOf(word), publicKey: Buffer.from(word).toString('base64') });
const reportOf = (cycleId: CycleId, problems: readonly string[] = []) => ({
  cycleId,
  blob: { digest: digestOf(cycleId), sizeBytes: 5 },
  text: 'text\n',
  problems,
});

test('the key that a session was opened with stays, whatever is registered later', async () => {
  const sessionId = asId<SessionId>(randomUUID());
  const first = keyOf('first key');
  expect(await db.store.batches.keyOf(sessionId)).toBeNull();
  expect(await db.store.batches.registerKey(sessionId, first)).toEqual(first);
  expect(await db.store.batches.registerKey(sessionId, keyOf('second key'))).toEqual(first);
  expect(await db.store.batches.keyOf(sessionId)).toEqual(first);
  expect((await db.store.batches.keys()).map(({ keyId }) => keyId)).toContain(first.keyId);
});

test('a report is kept to the byte, once; only its digest may be downloaded', async () => {
  const { cycle } = await (await seed(db.store).target()).cycle();
  const report = reportOf(cycle.id);
  await db.store.batches.save(report);
  await db.store.batches.save({ ...report, text: 'other\n', problems: ['changed'] });
  expect(await db.store.batches.ofCycles([cycle.id])).toEqual([
    { ...report, targetId: cycle.targetId, createdAt: expect.any(String) as string },
  ]);
  expect(await db.store.batches.hasDigest(report.blob.digest)).toBe(true);
  expect(await db.store.batches.hasDigest(digestOf('nothing'))).toBe(false);
  const { rows } = await db.store.batches.list({ targetId: cycle.targetId }, { first: 5, after: null });
  expect(rows.map(({ row }) => row.cycleId)).toEqual([cycle.id]);
});

test('nobody changes a report or a key, past the store either; a report with problems is not accepted', async () => {
  const { cycle } = await (await seed(db.store).target()).cycle();
  await db.store.batches.save(reportOf(cycle.id, ['a canary came out']));
  await expect(db.sql('UPDATE "BatchReport" SET "text" = $1 WHERE "cycleId" = $2', ['x', cycle.id])).rejects.toThrow(/immutable/);
  await expect(db.sql('UPDATE "GatewayKey" SET "publicKey" = $1', ['x'])).rejects.toThrow(/immutable/);
  const [row] = await db.sql<{ accepted: boolean }>('SELECT "accepted" FROM "BatchReport" WHERE "cycleId" = $1', [cycle.id]);
  expect(row?.accepted).toBe(false);
});

test('a report of no cycle is refused', async () => {
  await expect(db.store.batches.save(reportOf(asId<CycleId>('none')))).rejects.toMatchObject({ code: 'not-found' });
});
