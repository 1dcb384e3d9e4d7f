import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeGatewayActivities } from '../../activities/gateway.ts';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { PrivacyGrant } from '../../domain/model/privacy.ts';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { seed } from '../support/seed.ts';
import { runActivity } from './run-activity.ts';

let db: TestStore;
beforeAll(async () => {
  db = await freshStore();
});
afterAll(() => db.close());

test('a report is paid for before the gateway is asked for it, and once; a spent budget asks for one without aggregates', async () => {
  const asked: { readonly grant: PrivacyGrant; readonly lines: number }[] = [];
  /** A gateway that notes with which grant it was asked to close, and how long the ledger was then; its answer gets lost. */
  const closeSession: GatewayPort['closeSession'] = async (_sessionId, grant) => {
    const [row] = await db.sql<{ lines: number }>('SELECT COUNT(*)::int AS lines FROM "PrivacySpend"');
    asked.push({ grant, lines: row?.lines ?? -1 });
    throw new Error('the answer was lost');
  };
  const gateway = { closeSession } as GatewayPort;
  const activities = makeGatewayActivities({ gateway, store: db.store, cryptography: undefined as never });
  const verbs = await seed(db.store).target();
  for (let session = 1; session <= 15; session += 1) {
    const { cycle, close } = await verbs.cycle();
    const call = () => runActivity(() => activities.closeSession({ sessionId: asId<SessionId>(cycle.id), cycleId: cycle.id }));
    await expect(call()).rejects.toThrow('the answer was lost');
    await expect(call()).rejects.toThrow('the answer was lost');
    await close('failed');
  }
  const paid = Array.from({ length: 14 }, (_, index) => [true, index + 1]);
  expect(asked.map(({ grant, lines }) => [grant.granted, lines])).toEqual([...paid.flatMap((one) => [one, one]), [false, 14], [false, 14]]);
  expect(asked.at(-1)?.grant).toMatchObject({ code: 'privacy-budget-spent' });
});

test('a session is not opened while the target is sampled: its mirror would take the place of the sample’s', async () => {
  const { target } = await seed(db.store).target();
  const activities = makeGatewayActivities({ gateway: {} as GatewayPort, store: db.store, cryptography: undefined as never });
  const sample = asId<SessionId>(randomUUID());
  await db.store.samples.begin(sample, target.id, new Date(Date.now() + 60_000));
  const { name: targetName, directory, manifest } = target;
  const opened = activities.openSession({ sessionId: asId<SessionId>(randomUUID()), targetName, directory, manifest });
  await expect(opened).rejects.toMatchObject({ code: 'mirror-unavailable', retryable: true });
  expect(await db.sql('SELECT 1 FROM "EpochSession"')).toEqual([]);
});
