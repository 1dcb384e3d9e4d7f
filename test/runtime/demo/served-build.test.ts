import { afterAll, beforeAll, expect, it } from 'vitest';
import { servedBuild } from '../../../runtime/demo/baseline.ts';
import type { BuildPort } from '../../../domain/ports/toolchain.ts';
import { freshStore, type TestStore } from '../../support/database.ts';
import { digestOf, sampleToolchain } from '../../support/samples.ts';
import { seed } from '../../support/seed.ts';

let database: TestStore;
beforeAll(async () => {
  database = await freshStore();
});
afterAll(() => database?.close());

it('is the baseline build until a release is promoted, and then that of the release', async () => {
  const { store } = database;
  const made = await seed(store).target();
  const { baseline, candidate, release } = await made.loop();
  const builds: Pick<BuildPort, 'captureSource' | 'plan'> = {
    captureSource: async () => ({ digest: digestOf('source'), archive: { digest: digestOf('archive'), sizeBytes: 1 }, files: 1 }),
    plan: async () => ({ key: baseline.key, toolchain: sampleToolchain, flags: [] }),
  };
  const said: string[] = [];
  const served = () =>
    servedBuild({ store, builds: builds as BuildPort }, made.target, AbortSignal.timeout(10_000), (line) => said.push(line));
  expect((await served()).id).toBe(baseline.id);
  await store.releases.move(
    {
      targetId: made.target.id,
      channel: 'stable',
      kind: 'promotion',
      toReleaseId: release.id,
      actor: 'a test',
      reason: 'a test',
      servingBuildId: candidate.elfBuildId,
    },
    0,
  );
  expect((await served()).id).toBe(candidate.id);
  expect(said).toEqual([
    `baseline: build ID ${baseline.elfBuildId.slice(0, 12)}, 1.5 s when it was made`,
    `release 1 is promoted: build ID ${candidate.elfBuildId.slice(0, 12)}`,
  ]);
});
