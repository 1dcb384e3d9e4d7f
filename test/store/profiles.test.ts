import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf, sampleAcceptance } from '../support/samples.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { seed } from '../support/seed.ts';

let db: TestStore;
beforeAll(async () => {
  db = await freshStore();
});
afterAll(() => db.close());

test('a cycle publishes one version, however often and at once it asks', async () => {
  const { cycle } = await seed(db.store).target();
  const { profile } = await cycle();
  const published = await Promise.all(Array.from({ length: 8 }, () => profile()));
  expect(new Set(published.map((version) => version.id)).size).toBe(1);
  expect(published[0]).toMatchObject({ number: 1, state: 'unvetted', acceptance: sampleAcceptance });
});

test('versions are numbered within the target; the parent is the newest that is not rejected', async () => {
  const { target, cycle } = await seed(db.store).target();
  const publish = async (state: 'unvetted' | 'rejected') => {
    const running = await cycle();
    const version = await running.profile(state);
    await running.close('succeeded');
    return version;
  };
  const [one, two, three] = [await publish('unvetted'), await publish('rejected'), await publish('unvetted')];
  expect([one, two, three].map((version) => [version.number, version.provenance.parentVersion])).toEqual([
    [1, null],
    [2, 1],
    [3, 1],
  ]);
  expect(await db.store.profiles.byNumber(target.id, 2)).toEqual(two);
  expect(await db.store.profiles.latest(target.id)).toEqual(three);
  await db.store.profiles.setState(three.id, 'rejected');
  expect(await db.store.profiles.latest(target.id)).toEqual(one);
  expect(await db.store.profiles.byCycleIds([one.cycleId, two.cycleId])).toHaveLength(2);
});

test('the latest versions of many targets are those of each', async () => {
  const targets = await Promise.all([1, 2, 3].map(() => seed(db.store).target()));
  for (const [index, states] of [['unvetted', 'unvetted', 'rejected'], ['rejected'], ['unvetted']].entries()) {
    for (const state of states) {
      const running = await targets[index]!.cycle();
      await running.profile(state as 'unvetted' | 'rejected');
      await running.close('succeeded');
    }
  }
  const ids = targets.map(({ target }) => target.id);
  const each = await Promise.all(ids.map((id) => db.store.profiles.latest(id)));
  expect(each.map((version) => version?.number)).toEqual([2, undefined, 1]);
  const many = await db.store.profiles.latestOf(ids);
  expect(many).toHaveLength(2);
  expect(many).toEqual(expect.arrayContaining(each.filter((version) => version !== null)));
  expect(await db.store.profiles.latestOf([])).toEqual([]);
});

test('a state is set once, from unvetted', async () => {
  const { cycle, loop } = await seed(db.store).target();
  const { version } = await loop();
  await db.store.profiles.setState(version.id, 'vetted');
  await db.store.profiles.setState(version.id, 'vetted');
  await expect(db.store.profiles.setState(version.id, 'rejected')).rejects.toMatchObject({ code: 'conflict' });
  expect((await db.store.profiles.byId(version.id))?.state).toBe('vetted');
  const unmeasured = await (await cycle()).profile();
  await expect(db.store.profiles.setState(unmeasured.id, 'vetted')).rejects.toMatchObject({ code: 'conflict' });
});

test('a build of one key is made once, whoever saves it', async () => {
  const { target, build } = await seed(db.store).target();
  const saved = await Promise.all([build('baseline', null, 'same'), build('baseline', null, 'same'), build('baseline', null, 'same')]);
  expect(new Set(saved.map(({ id }) => id)).size).toBe(1);
  expect(await db.store.builds.byKey(target.id, saved[0].key)).toEqual(saved[0]);
});

test('only digests of profiles and binaries are artefacts', async () => {
  const { cycle, build } = await seed(db.store).target();
  const running = await cycle();
  await running.window(1);
  const version = await running.profile();
  const made = await build('baseline');
  expect(await db.store.profiles.hasDigest(version.profile.digest)).toBe(true);
  expect(await db.store.builds.hasDigest(made.binary.digest)).toBe(true);
  expect(await db.store.profiles.hasDigest(made.binary.digest)).toBe(false);
  expect(await db.store.builds.hasDigest(digestOf(`raw 1 of ${running.cycle.id}`))).toBe(false);
});

test('windows: a repeated save answers the first row, and one attempt of a place is kept', async () => {
  const running = await (await seed(db.store).target()).cycle();
  const rejected = await running.window(1, 1, ['steal 30 %, at most 10 %']);
  expect(await running.window(1, 1, [])).toEqual(rejected);
  const kept = await running.window(1, 2);
  await expect(running.window(1, 3)).rejects.toMatchObject({ code: 'conflict' });
  expect(await db.store.windows.ofCycle(running.cycle.id)).toEqual([rejected, kept]);
});
