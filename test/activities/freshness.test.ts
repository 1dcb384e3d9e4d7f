import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFreshnessActivities } from '../../activities/index.ts';
import { asId, type FreshnessCheckId, type TargetId } from '../../domain/ids.ts';
import { freshnessSchema } from '../../domain/manifest/freshness-schema.ts';
import type { CodeDrift } from '../../domain/model/freshness.ts';
import type { Target } from '../../domain/model/target.ts';
import { hardwareClass } from '../../hosts/index.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { digestOf, sampleFacts, sampleManifest, sampleToolchain } from '../support/samples.ts';
import { recordCheck } from '../support/freshness.ts';
import { seed, type TargetSeed } from '../support/seed.ts';

let db: TestStore;
let activities: ReturnType<typeof makeFreshnessActivities>;
beforeAll(async () => {
  db = await freshStore();
  activities = makeFreshnessActivities({ store: db.store, hardwareClass });
});
afterAll(() => db.close());

const newId = () => asId<FreshnessCheckId>(randomUUID());
const drift = (share: number): CodeDrift => ({
  source: { digest: digestOf('now'), files: 3 },
  toolchain: sampleToolchain,
  totalCount: 1000,
  mismatchedCount: share * 1000,
  goneCount: 0,
  mismatchedFunctions: share > 0 ? 1 : 0,
  goneFunctions: 0,
  newFunctions: 0,
  heaviest: [],
});
const check = (targetId: TargetId, share = 0) => recordCheck(db.store, targetId, { code: drift(share) });

/** A target whose manifest has this policy. */
async function targetWith(policy: object): Promise<TargetSeed> {
  const verbs = await seed(db.store).target();
  await setPolicy(verbs.target, policy);
  return verbs;
}

async function setPolicy({ name, directory }: Target, policy: object): Promise<void> {
  const manifest = { ...sampleManifest(name), freshness: freshnessSchema.parse(policy) };
  await db.store.targets.register({ name, directory, manifest, manifestDigest: digestOf(JSON.stringify(policy)) });
}

describe('a check', () => {
  test('of a target without a version says so, and asks for a first cycle', async () => {
    const { target } = await targetWith({});
    expect(await activities.freshnessBasis({ targetId: target.id })).toMatchObject({ directory: target.directory, version: null });
    expect(await recordCheck(db.store, target.id, { code: null })).toMatchObject({
      verdict: 'no-profile',
      standing: 'current',
      profileVersionId: null,
      dimensions: [],
      refresh: { start: true, because: 'The target has no accepted profile version.' },
    });
  });

  test('has all six dimensions, each measured or with the reason why it is not', async () => {
    const verbs = await targetWith({ productionHardware: hardwareClass(sampleFacts), maximumAgeDays: 0.5, confirmations: 1 });
    const { version } = await verbs.loop();
    const found = await check(verbs.target.id, 0.2);
    expect(found).toMatchObject({ verdict: 'stale', profileVersionId: version.id });
    expect(found.dimensions.map(({ dimension, state }) => [dimension, state])).toEqual([
      ['age', 'stale'],
      ['code-drift', 'stale'],
      ['traffic-drift', 'unavailable'],
      ['profile-drift', 'unavailable'],
      ['toolchain-drift', 'fresh'],
      ['hardware-drift', 'fresh'],
    ]);
    expect(found.dimensions[1]).toMatchObject({ value: 0.2, threshold: 0.05 });
  });

  test('is stored once, whatever came meanwhile', async () => {
    const verbs = await targetWith({ maximumAgeDays: 3650 });
    await verbs.loop();
    const id = newId();
    const first = await recordCheck(db.store, verbs.target.id, { id, code: drift(0) });
    expect(await recordCheck(db.store, verbs.target.id, { id, code: drift(0.9) })).toEqual(first);
    expect(await db.store.freshness.byId(id)).toEqual(first);
  });

  test('keeps the cycle that it started, the first and no other', async () => {
    const verbs = await targetWith({});
    const { id } = await check(verbs.target.id);
    const one = await verbs.cycle();
    await activities.recordRefresh({ id, cycleId: one.cycle.id });
    await one.close('failed');
    const other = await verbs.cycle();
    await activities.recordRefresh({ id, cycleId: other.cycle.id });
    expect((await db.store.freshness.byId(id))!.cycleId).toBe(one.cycle.id);
  });

  test('of a target that nobody knows says what to do', async () => {
    await expect(check(asId<TargetId>(randomUUID()))).rejects.toMatchObject({ code: 'target-not-found' });
  });
});

describe('the version in use', () => {
  test('is the promoted one; a newer that waits is said, and nothing new is collected', async () => {
    const verbs = await targetWith({ maximumAgeDays: 0.01, confirmations: 1 });
    const first = await verbs.loop();
    const move = { targetId: verbs.target.id, channel: 'stable', kind: 'promotion' as const, toReleaseId: first.release.id };
    await db.store.releases.move({ ...move, actor: 'a test', reason: 'it is better', servingBuildId: null }, 0);
    const second = await verbs.loop();
    await db.store.profiles.setState(second.version.id, 'vetted');
    expect(await check(verbs.target.id)).toMatchObject({
      profileVersionId: first.version.id,
      verdict: 'stale',
      standing: 'newer-not-promoted',
      refresh: { start: false, because: `Version ${second.version.number} is newer, vetted, and waits for its promotion.` },
    });
  });

  test('is not one that somebody rolled back: nobody is told to promote it, and the next one may be collected', async () => {
    const verbs = await targetWith({ maximumAgeDays: 0.01, confirmations: 1, refresh: { cyclesPerDay: 50 } });
    const [first, second] = [await verbs.loop(), await verbs.loop()];
    for (const { version } of [first, second]) await db.store.profiles.setState(version.id, 'vetted');
    const move = { targetId: verbs.target.id, channel: 'stable', actor: 'a test', reason: 'a test', servingBuildId: null };
    await db.store.releases.move({ ...move, kind: 'promotion', toReleaseId: first.release.id }, 0);
    await db.store.releases.move({ ...move, kind: 'promotion', toReleaseId: second.release.id }, 1);
    await db.store.releases.move({ ...move, kind: 'rollback', toReleaseId: first.release.id }, 2);
    const found = await check(verbs.target.id);
    expect(found).toMatchObject({ profileVersionId: first.version.id, verdict: 'stale', standing: 'current' });
    expect(found.refresh.because).toContain('The last cycle brought no newer version to promote');
    await db.store.releases.move({ ...move, kind: 'rollback', toReleaseId: null }, 3);
    expect(await check(verbs.target.id), 'both were rolled back').toMatchObject({ profileVersionId: null, verdict: 'no-profile' });
  });

  test('is the newest where nothing is promoted; cycles after it that failed hold the next one back', async () => {
    const verbs = await targetWith({ maximumAgeDays: 0.01, confirmations: 1, refresh: { attemptsUntilBroken: 2, cyclesPerDay: 50 } });
    const { version } = await verbs.loop();
    for (let attempt = 0; attempt < 2; attempt += 1) await (await verbs.cycle()).close('failed');
    const found = await check(verbs.target.id);
    expect(found).toMatchObject({
      profileVersionId: version.id,
      verdict: 'stale',
      standing: 'generation-broken',
      refresh: { start: false },
    });
    expect(found.refresh.because).toBe('The last 2 cycles brought no newer version to promote; the next one waits for 2 h.');
    const running = await verbs.cycle();
    expect(await check(verbs.target.id)).toMatchObject({
      standing: 'refreshing',
      refresh: { because: 'A cycle of the target runs already.' },
    });
    await running.close('cancelled');
  });
});

test('hysteresis rests on the stored checks of the version, and begins anew with the next one', async () => {
  const verbs = await targetWith({ maximumAgeDays: 3650, confirmations: 2, refresh: { cyclesPerDay: 50, backOffHours: 0.01 } });
  await verbs.loop();
  const states: string[] = [];
  for (const share of [0.2, 0.2, 0.045, 0.01]) states.push((await check(verbs.target.id, share)).dimensions[1]!.state);
  expect(states).toEqual(['rising', 'stale', 'stale', 'fresh']);
  await check(verbs.target.id, 0.2);
  await verbs.loop();
  expect((await check(verbs.target.id, 0.2)).dimensions[1]).toMatchObject({ state: 'rising', checksAbove: 1 });
});

test('Postgres keeps a check as it was written', async () => {
  const verbs = await targetWith({});
  const { id } = await check(verbs.target.id);
  await expect(db.sql(`UPDATE "FreshnessCheck" SET "sentence" = 'Fresh.' WHERE "id" = '${id}'`)).rejects.toThrow('immutable');
  await expect(db.sql(`DELETE FROM "FreshnessCheck" WHERE "id" = '${id}'`)).rejects.toThrow('immutable');
});
