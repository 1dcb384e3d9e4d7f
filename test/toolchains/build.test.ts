import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { changedOther, makefile, twoFiles } from './support/programs.ts';
import { openProject } from './support/project.ts';
import type { Project } from './support/project.ts';
import { longCall } from './support/project.ts';
import { runInstrumented } from './support/run.ts';

let project: Project | undefined;
afterEach(async () => {
  await project?.remove();
  project = undefined;
});

test('the same request gives the same key and the same bytes; each of its parts changes the key', async () => {
  project = await openProject({ ...twoFiles, Makefile: makefile }, { build: {} });
  const first = await project.build('baseline');
  const second = await project.build('baseline');
  expect(second).toMatchObject({ binary: first.binary, elfBuildId: first.elfBuildId });
  const request = await project.request('baseline');
  const plan = await project.builds.plan(request);
  expect(await project.builds.plan(request)).toEqual(plan);
  expect(plan.toolchain.identity).toContain(`clang version ${plan.toolchain.version}`);
  const { manifest } = request;
  const [profile, otherProfile] = [await project.blobs.putBytes(new Uint8Array([1])), await project.blobs.putBytes(new Uint8Array([2]))];
  const toolchain = (change: Partial<Manifest['toolchain']>) => ({
    ...request,
    manifest: { ...manifest, toolchain: { ...manifest.toolchain, ...change } },
  });
  const others = [
    { ...request, kind: 'instrumented' as const },
    { ...request, kind: 'optimised' as const, profile },
    { ...request, kind: 'optimised' as const, profile: otherProfile },
    toolchain({ flags: ['-O3'] }),
    toolchain({ lto: 'thin' }),
    toolchain({ linkFlags: ['-Wl,--gc-sections'] }),
    { ...request, manifest: { ...manifest, build: { ...manifest.build, command: 'make -s' } } },
    { ...request, manifest: { ...manifest, build: { ...manifest.build, binary: 'bin/sample' } } },
    { ...request, manifest: { ...manifest, build: { ...manifest.build, environment: { V: '1' } } } },
  ];
  await writeFile(join(project.source, 'other.c'), changedOther);
  const keys: string[] = [plan.key];
  for (const other of [...others, await project.request('baseline')]) keys.push((await project.builds.plan(other)).key);
  expect(new Set(keys).size).toBe(others.length + 2);
});

test.each(['', '-w', '-w -Werror', '-Wall -Werror'])('a source edit shows as a mismatch in a project with flags "%s"', async (own) => {
  project = await openProject({ ...twoFiles, Makefile: `CFLAGS += ${own}\n${makefile}` }, { build: { command: 'make >log 2>&1' } });
  const { binary } = await project.build('instrumented');
  const raw = await runInstrumented(project, binary);
  const merged = await project.profiles.merge([{ profile: raw[0]!, weight: 1 }], longCall());
  await writeFile(join(project.source, 'other.c'), `${changedOther}int fresh(int a) { return a ? other(a) : 7; }\n`);
  const { sourceMatch } = await project.build('optimised', merged.profile);
  expect(sourceMatch).toEqual({ mismatched: ['twist'], mismatchedCount: 1, missing: ['fresh'], missingCount: 1, mismatchedShare: 1 / 4 });
});
