import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asId, type SessionId, type TargetId } from '../../domain/ids.ts';
import type { RulePackName } from '../../domain/privacy/packs.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { sampleError } from '../support/samples.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
beforeAll(async () => {
  db = await freshStore();
});
afterAll(() => db.close());

const day = 24 * 3_600_000;
const session = () => asId<SessionId>(randomUUID());
const target = async () => (await seed(db.store).target()).target;
const after = ({ createdAt }: { createdAt: string }, days: number) => new Date(Date.parse(createdAt) + days * day + 1);
const dueOf = async (at: Date, ...ids: readonly string[]) => (await db.store.epochs.due(at)).filter(({ id }) => ids.includes(id));

describe('the epoch of a session', () => {
  test('is the one that runs, the same for all sessions of its time, and one that is entered stays to the end', async () => {
    const shop = await target();
    const long = session();
    const first = await db.store.epochs.enter(shop.id, long, after(shop, 6));
    expect(first).toMatchObject({ index: 1, startsAt: shop.createdAt, keyMadeAt: null, destroyedAt: null, budgetFrom: shop.createdAt });
    expect(await db.store.epochs.enter(shop.id, session(), after(shop, 6.9))).toEqual(first);
    const second = await db.store.epochs.enter(shop.id, session(), after(shop, 7));
    expect(second).toMatchObject({ index: 2, startsAt: first.endsAt });
    expect(await db.store.epochs.enter(shop.id, long, after(shop, 8))).toEqual(first);
    expect(await db.store.epochs.ofSession(long)).toEqual(first);
    expect(await db.store.epochs.latestOf([shop.id])).toEqual([second]);
    expect(await db.store.epochs.enter(shop.id, session(), after(shop, 30))).toMatchObject({ index: 5 });
  });

  test('is one, however many sessions are opened at once', async () => {
    const shop = await target();
    const entered = await Promise.all(Array.from({ length: 12 }, () => db.store.epochs.enter(shop.id, session(), after(shop, 1))));
    expect(new Set(entered.map(({ id }) => id)).size).toBe(1);
  });

  test('keeps its bounds when the manifest says another length; the next has that', async () => {
    const shop = await target();
    const first = await db.store.epochs.enter(shop.id, session(), after(shop, 0));
    const manifest = { ...shop.manifest, deidentification: { ...shop.manifest.deidentification, epochDays: 2 } };
    await db.store.targets.register({ name: shop.name, directory: shop.directory, manifest, manifestDigest: shop.manifestDigest });
    expect(await db.store.epochs.enter(shop.id, session(), after(shop, 5))).toEqual(first);
    const second = await db.store.epochs.enter(shop.id, session(), after(shop, 7));
    expect(Date.parse(second.endsAt) - Date.parse(second.startsAt)).toBe(2 * day);
  });

  test('of a target that is not there is an error', async () => {
    await expect(db.store.epochs.enter(asId<TargetId>('none'), session(), new Date())).rejects.toMatchObject({ code: 'target-not-found' });
  });
});

describe('an epoch that is ended by hand', () => {
  test('leaves the rest of its time and of its budget to the next, and says why', async () => {
    const shop = await target();
    const first = await db.store.epochs.enter(shop.id, session(), after(shop, 1));
    const { ended, next } = await db.store.epochs.cut(shop.id, after(shop, 2), 'a key file was copied');
    expect(ended).toEqual({ ...first, endsAt: after(shop, 2).toISOString(), cutBecause: 'a key file was copied' });
    expect(next).toMatchObject({ index: 2, startsAt: ended.endsAt, endsAt: first.endsAt, budgetFrom: first.startsAt, cutBecause: null });
    expect(await db.store.epochs.enter(shop.id, session(), after(shop, 3))).toEqual(next);
    expect(await dueOf(after(shop, 3), ended.id, next.id)).toEqual([
      { id: ended.id, index: 1, targetName: shop.name, because: 'rotated by hand: a key file was copied' },
    ]);
  });

  test('can be one that nobody had begun', async () => {
    const shop = await target();
    const { ended, next } = await db.store.epochs.cut(shop.id, after(shop, 1), 'to be sure');
    expect([ended.index, next.index]).toEqual([1, 2]);
  });
});

describe('the keys that are to go', () => {
  test('are those of epochs that are over and of which no cycle runs', async () => {
    const verbs = await seed(db.store).target();
    const { cycle } = await verbs.cycle();
    const shop = verbs.target;
    const first = await db.store.epochs.enter(shop.id, asId<SessionId>(cycle.id), after(shop, 1));
    expect(await dueOf(after(shop, 6.9), first.id)).toEqual([]);
    expect(await dueOf(after(shop, 8), first.id)).toEqual([]);
    await db.store.cycles.close(cycle.id, 'failed', sampleError);
    expect(await dueOf(after(shop, 8), first.id)).toEqual([
      { id: first.id, index: 1, targetName: shop.name, because: 'its time was over' },
    ]);
  });

  test('are also those whose corpora have stayed as long as the rule packs allow, whatever still runs', async () => {
    const verbs = await seed(db.store).target();
    const { cycle } = await verbs.cycle();
    const shop = verbs.target;
    const first = await db.store.epochs.enter(shop.id, asId<SessionId>(cycle.id), after(shop, 1));
    expect(await dueOf(after(shop, 14.9), first.id)).toEqual([]);
    expect(await dueOf(after(shop, 15), first.id)).toEqual([
      { id: first.id, index: 1, targetName: shop.name, because: 'its rule packs let corpora stay for 15 days', endsSessions: true },
    ]);
  });

  test('are ended when packs are named that allow fewer days than the epoch has lasted; a new one is no longer than they allow', async () => {
    const shop = await target();
    const register = (packs: readonly RulePackName[], epochDays: number) =>
      db.store.targets.register({
        name: shop.name,
        directory: shop.directory,
        manifest: { ...shop.manifest, deidentification: { ...shop.manifest.deidentification, packs: [...packs], epochDays } },
        manifestDigest: shop.manifestDigest,
      });
    await register(['ccpa'], 40);
    const first = await db.store.epochs.enter(shop.id, session(), after(shop, 1));
    expect(Date.parse(first.endsAt) - Date.parse(first.startsAt)).toBe(40 * day);
    await db.store.epochs.cutOverdue(after(shop, 20));
    expect(await dueOf(after(shop, 20), first.id)).toEqual([]);
    await register(['pipl', 'ccpa'], 40);
    await db.store.epochs.cutOverdue(after(shop, 20));
    expect(await db.store.epochs.byId(first.id)).toMatchObject({ endsAt: after(shop, 20).toISOString() });
    expect(await dueOf(after(shop, 20), first.id)).toMatchObject([
      { because: 'its rule packs let corpora stay for 15 days', endsSessions: true },
    ]);
    const last = await db.store.epochs.enter(shop.id, session(), after(shop, 60));
    expect(Date.parse(last.endsAt) - Date.parse(last.startsAt)).toBe(15 * day);
  });

  test('are recorded once, with time and reason, and the sessions and corpora stay counted', async () => {
    const verbs = await seed(db.store).target();
    const running = await verbs.cycle();
    await running.corpus();
    const shop = verbs.target;
    const first = await db.store.epochs.enter(shop.id, asId<SessionId>(running.cycle.id), after(shop, 1));
    await db.store.epochs.keyMade(first.id, '2026-11-01T00:00:00.000Z');
    await db.store.epochs.keyMade(first.id, '2026-11-02T00:00:00.000Z');
    await db.store.epochs.destroyed(first.id, { destroyedAt: '2026-11-09T00:00:00.000Z', because: 'its time was over' });
    await db.store.epochs.destroyed(first.id, { destroyedAt: '2026-11-10T00:00:00.000Z', because: 'again' });
    const known = { keyMadeAt: '2026-11-01T00:00:00.000Z', destroyedAt: '2026-11-09T00:00:00.000Z', destroyedBecause: 'its time was over' };
    expect(await db.store.epochs.byId(first.id)).toEqual({ ...first, ...known });
    expect(await db.store.epochs.corporaOf([first.id])).toEqual([{ epochId: first.id, corpora: 1 }]);
    expect(await dueOf(after(shop, 8), first.id)).toEqual([]);
  });
});

describe('past the store', () => {
  test.each<[string, string, RegExp]>([
    ['an epoch does not change its place', `UPDATE "Epoch" SET "index" = 9`, /is immutable/],
    ['nor get longer', `UPDATE "Epoch" SET "endsAt" = "endsAt" + interval '1 day', "cutBecause" = 'more'`, /is immutable/],
    ['nor shorter without a reason', `UPDATE "Epoch" SET "endsAt" = "endsAt" - interval '1 hour'`, /is immutable/],
    [
      'a key that is gone stays gone',
      `UPDATE "Epoch" SET "destroyedAt" = NULL, "destroyedBecause" = NULL WHERE "destroyedAt" IS NOT NULL`,
      /is immutable/,
    ],
    ['and is gone for a reason', `UPDATE "Epoch" SET "destroyedAt" = now() WHERE "destroyedAt" IS NULL`, /Epoch_destroyed_with_reason/],
    ['nothing is deleted', `DELETE FROM "Epoch"`, /is immutable/],
    ['no session changes its epoch', `UPDATE "EpochSession" SET "epochId" = 'other'`, /is immutable/],
    [
      'two epochs of a target do not overlap',
      `INSERT INTO "Epoch" ("id", "targetId", "index", "startsAt", "endsAt", "budgetFrom")
        SELECT 'other', "targetId", 99, "startsAt", "endsAt", "budgetFrom" FROM "Epoch" LIMIT 1`,
      /overlap/,
    ],
    [
      'no session enters an epoch whose key is gone',
      `INSERT INTO "EpochSession" ("sessionId", "epochId") SELECT 'late', "id" FROM "Epoch" WHERE "destroyedAt" IS NOT NULL LIMIT 1`,
      /is destroyed/,
    ],
  ])('%s', async (_what, statement, message) => {
    const shop = await target();
    const { id } = await db.store.epochs.enter(shop.id, session(), after(shop, 1));
    await db.store.epochs.destroyed(id, { destroyedAt: new Date().toISOString(), because: 'its time was over' });
    await db.store.epochs.enter(shop.id, session(), after(shop, 8));
    await expect(db.sql(statement)).rejects.toThrow(message);
  });
});
