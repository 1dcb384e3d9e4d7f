import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { BuiltBinary } from '../../domain/ports/toolchain.ts';
import { makeProfilePort } from '../../toolchains/index.ts';
import { makefile, twoFiles } from './support/programs.ts';
import { buildAlone, llvmVersion, longCall, openProject } from './support/project.ts';
import type { Project } from './support/project.ts';
import { runInstrumented } from './support/run.ts';

let project: Project;
let instrumented: BuiltBinary;
let raw: BlobRef;
let whole: Uint8Array;
beforeAll(async () => {
  project = await openProject({ ...twoFiles, Makefile: makefile }, { build: {} });
  instrumented = await project.build('instrumented');
  [raw] = (await runInstrumented(project, instrumented.binary, ['50'])) as [BlobRef];
  whole = await project.blobs.getBytes(raw.digest);
});
afterAll(() => project.remove());

const put = (content: Uint8Array) => project.blobs.putBytes(content);
const once = (profile: BlobRef) => ({ profile, weight: 1 });
const merge = (...profiles: BlobRef[]) => project.profiles.merge(profiles.map(once), longCall());
const overlap = (left: BlobRef, right: BlobRef) => project.profiles.overlap(left, right, longCall());

test('a merge is weighted, and its summary is that of the tool', async () => {
  const single = await merge(raw);
  const { summary } = single;
  expect(summary.binaryIds).toEqual([instrumented.elfBuildId]);
  expect(summary).toMatchObject({ functions: 4, functionsWithCounts: 4 });
  expect(summary.density).toBeCloseTo(summary.totalCount / summary.blocks, 10);
  expect(summary.coveredShare).toBeGreaterThan(0.7);
  expect(summary.maximumCount).toBeLessThan(summary.totalCount);
  const weighted = await project.profiles.merge([{ profile: raw, weight: 3 }, once(raw)], longCall());
  expect(weighted.summary).toMatchObject({ totalCount: 4 * summary.totalCount, maximumCount: 4 * summary.maximumCount, functions: 4 });
  expect((await merge(weighted.profile)).summary).toEqual(weighted.summary);
});

test('overlap reads raw and indexed profiles alike, and sees other work', async () => {
  const [other] = (await runInstrumented(project, instrumented.binary, ['4'])) as [BlobRef];
  const indexed = (await merge(raw)).profile;
  expect(await overlap(raw, raw)).toBe(1);
  expect(await overlap(indexed, raw)).toBe(1);
  const different = await overlap(raw, other);
  expect(different).toBeGreaterThan(0);
  expect(different).toBeLessThan(0.9);
  expect(await overlap(indexed, (await merge(other)).profile)).toBeCloseTo(different, 5);
});

describe('profiles that are not what they should be', () => {
  test('an empty raw profile gives zeros', async () => {
    const empty = await put(new Uint8Array());
    const zeros = {
      functions: 0,
      functionsWithCounts: 0,
      totalCount: 0,
      maximumCount: 0,
      blocks: 0,
      coveredShare: 0,
      density: 0,
      binaryIds: [],
    };
    expect((await merge(empty)).summary).toEqual(zeros);
    expect(await overlap(raw, empty)).toBe(0);
    expect((await merge(raw, empty)).summary.binaryIds).toEqual([instrumented.elfBuildId]);
  });

  test('a raw profile without counts has functions, and nothing else', async () => {
    const [zero] = (await runInstrumented(project, instrumented.binary, ['0'])) as [BlobRef];
    const { summary } = await merge(zero);
    expect(summary.functions).toBe(4);
    expect(summary.functionsWithCounts).toBeLessThan(2);
    expect(summary.coveredShare).toBeLessThan(0.2);
  });

  test.each([100, 0.5, 0.9])('a truncated one is rejected with the tool’s words: %s', async (part) => {
    const truncated = await put(whole.slice(0, part < 1 ? Math.floor(whole.length * part) : part));
    const error = { code: 'profile-rejected', details: expect.arrayContaining([expect.stringContaining(truncated.digest)]) };
    await expect(merge(truncated)).rejects.toMatchObject(error);
    await expect(merge(raw, truncated)).rejects.toMatchObject(error);
    await expect(overlap(raw, truncated)).rejects.toMatchObject({ code: 'profile-rejected' });
  });

  test('a foreign one is seen by its binary id and its overlap', async () => {
    const files = {
      'main.c': 'int main(int count, char **words) { int s = 0; while (count < 90) s += count++ & 5 ? 1 : **words; return s < 0; }\n',
    };
    const foreign = await openProject(files, { build: { command: '$CC $CFLAGS $LDFLAGS -o sample main.c' } });
    try {
      const built = await foreign.build('instrumented');
      const [profile] = (await runInstrumented(foreign, built.binary)) as [BlobRef];
      const copied = await put(await foreign.blobs.getBytes(profile.digest));
      expect((await merge(copied)).summary.binaryIds).toEqual([built.elfBuildId]);
      expect((await merge(raw, copied)).summary.binaryIds.toSorted()).toEqual([built.elfBuildId, instrumented.elfBuildId].toSorted());
      expect(await overlap(raw, copied)).toBe(0);
    } finally {
      await foreign.remove();
    }
  });

  test('an optimised build refuses a profile without counts, and one that is none', async () => {
    const empty = (await merge(await put(new Uint8Array()))).profile;
    await expect(project.build('optimised', empty)).rejects.toMatchObject({ code: 'profile-rejected' });
    await expect(project.build('optimised', await put(new TextEncoder().encode('no profile')))).rejects.toMatchObject({
      code: 'profile-tool-failed',
    });
    await expect(project.build('optimised')).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(project.build('baseline', empty)).rejects.toMatchObject({ code: 'input-invalid' });
  });
});

test('nothing to merge, a bad weight, a missing tool and a cancelled call are told apart', async () => {
  await expect(merge()).rejects.toMatchObject({ code: 'profile-tool-failed' });
  await expect(project.profiles.merge([{ profile: raw, weight: 0.5 }], longCall())).rejects.toMatchObject({ code: 'input-invalid' });
  const old = makeProfilePort({ blobs: project.blobs, scratchRoot: project.path, llvmVersion: 9 });
  await expect(old.merge([once(raw)], longCall())).rejects.toMatchObject({
    code: 'tool-missing',
    advice: expect.stringContaining('llvm-9'),
  });
  const cancelled = AbortSignal.abort(new Error('cancelled by the test'));
  await expect(project.profiles.merge([once(raw)], longCall(cancelled))).rejects.toThrow('cancelled by the test');
  expect(llvmVersion).toBe(22);
});

test('static functions keep their counts: each build is made at the one fixed path', async () => {
  const cmake = 'cmake_minimum_required(VERSION 3.16)\nproject(sample C)\nadd_executable(sample main.c other.c)\n';
  const build = { command: 'cmake -S . -B out && cmake --build out', binary: 'out/sample' };
  const sample = await openProject({ ...twoFiles, 'CMakeLists.txt': cmake }, { build });
  try {
    const profiles = await runInstrumented(sample, (await sample.build('instrumented')).binary);
    const { profile } = await sample.profiles.merge(profiles.map(once), longCall());
    expect((await sample.build('optimised', profile)).sourceMatch).toMatchObject({ mismatched: [], missingCount: 0 });
    // The same source as another target, thus at another path: the two static functions are lost.
    const elsewhere = { ...(await sample.request('optimised', profile)), targetName: 'elsewhere' };
    expect((await buildAlone(sample.builds, elsewhere, longCall())).sourceMatch).toMatchObject({ mismatched: [], missingCount: 2 });
  } finally {
    await sample.remove();
  }
});
