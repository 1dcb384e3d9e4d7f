import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeBuildActivities } from '../../activities/index.ts';
import type { BuildBinaryRequest } from '../../domain/contracts/build-activities.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type CycleId } from '../../domain/ids.ts';
import type { SourceMatch } from '../../domain/model/profile.ts';
import type { BuildPort, BuildRequest, BuiltBinary, LongCall, ProfilePort } from '../../domain/ports/toolchain.ts';
import type { Store } from '../../domain/ports/store.ts';
import { makeBuildPort } from '../../toolchains/index.ts';
import { freshStore, type TestStore } from '../support/database.ts';
import { blobOf, digestOf, sampleAcceptance, sampleToolchain } from '../support/samples.ts';
import { seed } from '../support/seed.ts';
import { openProject } from '../toolchains/support/project.ts';
import { runActivity } from './run-activity.ts';

let db: TestStore;
beforeAll(async () => void (db = await freshStore()));
afterAll(() => db.close());

const sourceMatch: SourceMatch = { mismatched: ['parse'], mismatchedCount: 1, missing: ['read'], missingCount: 3, mismatchedShare: 0.01 };
const noProfiles: ProfilePort = {
  merge: () => Promise.reject(new Error('unused')),
  overlap: () => Promise.reject(new Error('unused')),
  codeDrift: () => Promise.reject(new Error('unused')),
};

/** A compiler in memory, whose builds are known by their profile; counts its compiles. */
function compiler(): BuildPort & { compiles: number } {
  const port = {
    compiles: 0,
    captureSource: () => Promise.reject(new Error('unused')),
    plan: async ({ kind, profile }: BuildBinaryRequest) => ({
      key: digestOf(`${kind} ${profile?.digest}`),
      toolchain: sampleToolchain,
      flags: ['-O2'],
    }),
    exclusively: <Result>({ profile }: BuildRequest, _call: LongCall, step: (compile: () => Promise<BuiltBinary>) => Promise<Result>) =>
      step(async () => {
        port.compiles += 1;
        const binary = blobOf(`compiled with ${profile?.digest}`);
        return { binary, libraries: [], elfBuildId: 'ab'.repeat(20), textBytes: 1, seconds: 1, sourceMatch: profile && sourceMatch };
      }),
  };
  return port;
}

async function given(store: Store = db.store) {
  const builds = compiler();
  const activities = makeBuildActivities({ store, builds, profiles: noProfiles });
  const verbs = await seed(db.store).target();
  const request = (profileWord: string | null) => ({
    cycleId: asId<CycleId>('cycle'),
    targetId: verbs.target.id,
    targetName: verbs.target.name,
    manifest: verbs.target.manifest,
    source: { digest: digestOf('source'), archive: blobOf('archive'), files: 3 },
    kind: profileWord === null ? ('baseline' as const) : ('optimised' as const),
    profile: profileWord === null ? null : blobOf(profileWord),
  });
  return { builds, activities, request, ...verbs };
}

test('a profile that was compiled with before keeps what that compile said of the source', async () => {
  const { builds, activities, request, cycle, target } = await given();
  const first = await runActivity(() => activities.tryProfile(request('profile')));
  expect(first.sourceMatch).toEqual(sourceMatch);
  const running = await cycle();
  const version = await db.store.profiles.publish({
    targetId: target.id,
    cycleId: running.cycle.id,
    state: 'unvetted',
    profile: blobOf('profile'),
    acceptance: { ...sampleAcceptance, source: sourceMatch },
    provenance: {
      sourceDigest: digestOf('source'),
      toolchain: sampleToolchain,
      flags: [],
      instrumentedBuildId: 'ab',
      windows: [],
      trafficDigest: null,
      deidentificationRules: [],
    },
  });
  await activities.keepTrial({ trial: first, profileVersionId: version.id });
  expect(await runActivity(() => activities.tryProfile(request('profile')))).toEqual(first);
  expect(builds.compiles).toBe(1);
});

test('a build whose report says nothing of the source is compiled again, not taken on trust', async () => {
  const { builds, activities, request } = await given();
  const trial = await runActivity(() => activities.tryProfile(request('other profile')));
  await db.store.builds.save({ ...trial.build, profileVersionId: null });
  expect((await runActivity(() => activities.tryProfile(request('other profile')))).sourceMatch).toEqual(sourceMatch);
  expect(builds.compiles).toBe(2);
});

test('a store that is away at the end of a compile is waited for; the compile is kept', async () => {
  let refusals = 2;
  const away = new HoneError('store-unavailable', 'away', 'wait');
  const store: Store = {
    ...db.store,
    builds: { ...db.store.builds, save: (build) => (refusals-- > 0 ? Promise.reject(away) : db.store.builds.save(build)) },
  };
  const { builds, activities, request, target } = await given(store);
  const beats: unknown[] = [];
  const build = await runActivity(
    () => activities.buildBinary(request(null)),
    1,
    (detail) => beats.push(detail),
  );
  expect(build).toMatchObject({ targetId: target.id, kind: 'baseline' });
  expect(builds.compiles).toBe(1);
  expect(refusals).toBeLessThan(0);
  expect(beats).toContain('waiting for Postgres');
  expect(await runActivity(() => activities.buildBinary(request(null)))).toEqual(build);
});

test('a store that refuses a build fails at once', async () => {
  const refused = new HoneError('conflict', 'refused', 'see');
  const store: Store = { ...db.store, builds: { ...db.store.builds, save: () => Promise.reject(refused) } };
  const { activities, request } = await given(store);
  await expect(runActivity(() => activities.buildBinary(request(null)))).rejects.toBe(refused);
});

test('what two ask for at once is compiled once', async () => {
  const files = { 'main.c': 'int main(void) { return 0; }\n', Makefile: 'sample: main.c\n\t$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.c\n' };
  // Whoever comes second finds the store without the build, and waits: the first compiles until the second has asked for its turn.
  const command =
    'echo compiled >>../compiles; for i in $(seq 200); do test -e ../waiting && break; sleep 0.05; done; test -e ../waiting && make';
  const project = await openProject(files, { build: { command } });
  try {
    const { target } = await seed(db.store).target();
    const waiting = path.join(project.path, 'builds/sample/waiting');
    const request: BuildBinaryRequest = { ...(await project.request('baseline')), targetId: target.id };
    const ask = () => {
      const builds = makeBuildPort({ blobs: project.blobs, buildRoot: path.join(project.path, 'builds') });
      const activities = makeBuildActivities({ store: db.store, builds, profiles: noProfiles });
      return runActivity(
        () => activities.buildBinary(request),
        1,
        (said) => said === 'waiting for another build of this target' && writeFileSync(waiting, ''),
      );
    };
    const [one, other] = await Promise.all([ask(), ask()]);
    expect(other).toEqual(one);
    expect(await readFile(path.join(project.path, 'builds/sample/compiles'), 'utf8')).toBe('compiled\n');
  } finally {
    await project.remove();
  }
});
