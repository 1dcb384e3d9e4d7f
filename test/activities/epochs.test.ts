import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeEpochActivities } from '../../activities/epochs.ts';
import { makeGatewayActivities } from '../../activities/gateway.ts';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import { reportCryptography } from '../../traffic/audit/cryptography.ts';
import { openEpochKeys } from '../../traffic/epochs/epoch-keys.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { seed } from '../support/seed.ts';

const reportKey = { keyId: reportCryptography.sha256Base64('AAAA'), publicKey: 'AAAA' };

let db: TestStore;
let folder: string;
beforeEach(async () => {
  [db, folder] = await Promise.all([freshStore(), mkdtemp(join(tmpdir(), 'hone-epochs-'))]);
});
afterEach(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

/** A gateway that has real keys and no traffic. */
async function gateway(): Promise<GatewayPort> {
  const keys = await openEpochKeys(folder, () => new Date());
  return {
    openSession: async ({ epoch, targetName }) => ({ reportKey, epochKeyMadeAt: (await keys.enter({ ...epoch, targetName })).createdAt }),
    destroyEpochKey: (epoch, because) => keys.destroy(epoch, because),
  } as Pick<GatewayPort, 'openSession' | 'destroyEpochKey'> as GatewayPort;
}
const files = async () => (await readdir(folder)).map((name) => name.slice(37)).toSorted();

test('a key is known before it is made, so that none is forgotten: what a crash between the two leaves is made up for', async () => {
  const verbs = await seed(db.store).target('shop');
  const { cycle } = await verbs.cycle();
  const sessionId = asId<SessionId>(cycle.id);
  const order = { sessionId, targetName: 'shop', directory: '/srv/shop', manifest: cycle.manifest };
  // The worker dies after the gateway has made the key and before that is recorded.
  const dying = { ...db.store, epochs: { ...db.store.epochs, keyMade: () => Promise.reject(new Error('killed')) } };
  const first = makeGatewayActivities({ gateway: await gateway(), store: dying, cryptography: reportCryptography });
  await expect(first.openSession(order)).rejects.toThrow('killed');
  expect(await files()).toEqual(['key']);
  const [known] = await db.store.epochs.latestOf([verbs.target.id]);
  expect(known).toMatchObject({ index: 1, keyMadeAt: null });

  await makeGatewayActivities({ gateway: await gateway(), store: db.store, cryptography: reportCryptography }).openSession(order);
  const [recorded] = await db.store.epochs.latestOf([verbs.target.id]);
  expect(recorded).toEqual({ ...known, keyMadeAt: expect.any(String) as string });
});

test('the end of a key whose record was lost on the way is recorded with its own time, and comes once', async () => {
  const verbs = await seed(db.store).target('shop');
  const epoch = await db.store.epochs.enter(verbs.target.id, asId<SessionId>(randomUUID()), new Date());
  await db.store.epochs.cut(verbs.target.id, new Date(Date.now() + 5), 'a key file was copied');
  await expect.poll(() => db.store.epochs.due(new Date())).toHaveLength(1);
  const [due] = await makeEpochActivities({ gateway: await gateway(), store: db.store }).dueEpochs();
  const dying = { epochs: { ...db.store.epochs, destroyed: () => Promise.reject(new Error('killed')) } };
  await expect(makeEpochActivities({ gateway: await gateway(), store: dying }).destroyEpoch(due!)).rejects.toThrow('killed');
  expect(await files()).toEqual(['destroyed.json']);
  expect(await db.store.epochs.byId(epoch.id)).toMatchObject({ destroyedAt: null });

  const activities = makeEpochActivities({ gateway: await gateway(), store: db.store });
  const { destroyedAt } = await activities.destroyEpoch(due!);
  expect(await activities.destroyEpoch(due!)).toEqual({ destroyedAt });
  expect(await db.store.epochs.byId(epoch.id)).toMatchObject({ destroyedAt, destroyedBecause: 'rotated by hand: a key file was copied' });
  expect(await activities.dueEpochs()).toEqual([]);
});
