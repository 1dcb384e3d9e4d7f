import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asId, type SessionId, type TargetId } from '../../domain/ids.ts';
import { cutEpoch, type PrivacyEpoch } from '../../domain/privacy/epoch.ts';
import { epochOf, privacyOffer } from '../../domain/privacy/offer.ts';
import type { Target } from '../../domain/model/target.ts';
import { payForReport } from '../../activities/privacy-budget.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
beforeAll(async () => {
  db = await freshStore();
});
afterAll(() => db.close());

const session = () => asId<SessionId>(randomUUID());
const day = 24 * 3_600_000;

/** What a session's report costs by the target's manifest, `days` after its registration. */
function spendOf(target: Target, sessionId = session(), days = 0) {
  const at = new Date(Date.parse(target.createdAt) + days * day + 1);
  const { epoch, total, perRelease } = privacyOffer(target, epochOf(target, null, at));
  return {
    targetId: target.id,
    sessionId,
    purpose: 'session-report' as const,
    epoch,
    budget: total,
    createdAt: at.toISOString(),
    ...perRelease,
  };
}
const lines = async (targetId: TargetId) =>
  (await db.store.privacy.list({ targetId }, { first: 100, after: null })).rows.map(({ row }) => row);

describe('the ledger', () => {
  test('a session that is repeated spends once, in whatever epoch it is repeated', async () => {
    const { target } = await seed(db.store).target();
    const sessionId = session();
    const first = await db.store.privacy.spend(spendOf(target, sessionId));
    expect(await db.store.privacy.spend(spendOf(target, sessionId))).toEqual(first);
    expect(await db.store.privacy.spend(spendOf(target, sessionId, 8))).toEqual(first);
    expect(await lines(target.id)).toEqual([first]);
  });

  test('a spent budget refuses, says until when, and is whole again in the next epoch', async () => {
    const { target } = await seed(db.store).target();
    for (let release = 0; release < 14; release += 1) await db.store.privacy.spend(spendOf(target));
    await expect(db.store.privacy.spend(spendOf(target))).rejects.toMatchObject({
      code: 'privacy-budget-spent',
      advice: expect.stringContaining(spendOf(target).epoch.endsAt) as string,
    });
    expect(await lines(target.id)).toHaveLength(14);
    expect(await db.store.privacy.spend(spendOf(target, session(), 7))).toMatchObject({ epoch: { index: 2 } });
  });

  test('concurrent spends never exceed the budget, and one session is one line', { timeout: 60_000 }, async () => {
    const { target } = await seed(db.store).target();
    const twice = session();
    const wanted = [...Array.from({ length: 40 }, () => session()), ...Array.from({ length: 8 }, () => twice)];
    const answers = await Promise.allSettled(wanted.map((sessionId) => db.store.privacy.spend(spendOf(target, sessionId))));
    const paid = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.sessionId] : []));
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(new Set(paid).size).toBe(14);
    expect(refused.every(({ reason }) => (reason as { code?: string }).code === 'privacy-budget-spent')).toBe(true);
    const [spent] = await db.store.privacy.spentOf([{ targetId: target.id, epoch: spendOf(target).epoch }]);
    expect(spent?.releases).toBe(14);
    expect(spent?.microRho).toBeLessThanOrEqual(spendOf(target).budget.microRho);
  });

  test('epochs that share a budget, since one was cut by hand, spend it together; one that ended still pays for its sessions', async () => {
    const { target } = await seed(db.store).target();
    for (let release = 0; release < 12; release += 1) await db.store.privacy.spend(spendOf(target));
    const { epoch: running, ...rest } = spendOf(target);
    const { ended, next } = cutEpoch(running, new Date(Date.parse(target.createdAt) + day));
    const spend = (epoch: PrivacyEpoch, days: number) => {
      const createdAt = new Date(Date.parse(target.createdAt) + days * day).toISOString();
      return db.store.privacy.spend({ ...rest, epoch, sessionId: session(), createdAt });
    };
    await spend(next, 2);
    expect(await spend(ended, 9)).toMatchObject({ epoch: { index: 1 } });
    for (const epoch of [next, ended]) await expect(spend(epoch, 3)).rejects.toMatchObject({ code: 'privacy-budget-spent' });
    const [spent] = await db.store.privacy.spentOf([{ targetId: target.id, epoch: next }]);
    expect(spent?.releases).toBe(14);
  });

  test('many targets are summed in one statement', async () => {
    const targets = await Promise.all([1, 2, 3].map(async () => (await seed(db.store).target()).target));
    for (const [index, target] of targets.entries())
      for (let release = 0; release < index; release += 1) await db.store.privacy.spend(spendOf(target));
    db.takeStatements();
    const spent = await db.store.privacy.spentOf(targets.map((target) => ({ targetId: target.id, epoch: spendOf(target).epoch })));
    expect(db.takeStatements()).toHaveLength(1);
    expect(targets.map(({ id }) => spent.find(({ targetId }) => targetId === id)?.releases ?? 0)).toEqual([0, 1, 2]);
  });
});

describe('past the store', () => {
  const copy = (changes: object) =>
    db.sql(`INSERT INTO "PrivacySpend" SELECT (jsonb_populate_record(t, $1::jsonb)).* FROM "PrivacySpend" t ORDER BY "id" LIMIT 1`, [
      JSON.stringify({ id: randomUUID(), ...changes }),
    ]);
  beforeAll(async () => {
    const { target } = await seed(db.store).target('ledger');
    await db.store.privacy.spend(spendOf(target));
  });
  test('lines are neither changed nor deleted nor truncated', async () => {
    await expect(db.sql('UPDATE "PrivacySpend" SET "microRho" = 1')).rejects.toThrow(/is immutable/);
    await expect(db.sql('DELETE FROM "PrivacySpend"')).rejects.toThrow(/is immutable/);
    await expect(db.sql('TRUNCATE "PrivacySpend"')).rejects.toThrow(/is immutable/);
  });
  test.each<[string, object, RegExp]>([
    ['a second line of a session', {}, /PrivacySpend_targetId_sessionId_purpose_key/],
    ['a release for nothing', { sessionId: 'free', microRho: 0 }, /PrivacySpend_amounts/],
    ['more than the whole budget', { sessionId: 'greedy', microRho: 2_000_000_000 }, /exceeds the budget/],
    ['an unknown purpose', { sessionId: 'other', purpose: 'curiosity' }, /PrivacySpend_purpose_known/],
    ['a moment before its epoch', { sessionId: 'early', createdAt: '2020-01-01' }, /PrivacySpend_within_epoch/],
  ])('%s is refused', async (_what, changes, message) => {
    await expect(copy(changes)).rejects.toThrow(message);
  });
});

describe('paying for a report', () => {
  test('pays once for a session; what is spent is an answer and no error', async () => {
    const verbs = await seed(db.store).target();
    const at = new Date(Date.parse(verbs.target.createdAt) + 1000);
    const { perRelease } = privacyOffer(verbs.target, epochOf(verbs.target, null, at));
    const pay = (id: SessionId) => payForReport(db.store, { target: verbs.target, sessionId: id }, at);
    const sessionId = session();
    expect(await pay(sessionId)).toEqual({ granted: true, ...perRelease });
    expect(await pay(sessionId)).toEqual({ granted: true, ...perRelease });
    for (let release = 1; release < 14; release += 1) await pay(session());
    expect(await pay(session())).toMatchObject({ granted: false, code: 'privacy-budget-spent' });
    expect(await pay(sessionId)).toMatchObject({ granted: true });
    expect(await lines(verbs.target.id)).toHaveLength(14);
  });
});
