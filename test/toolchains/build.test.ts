import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { changedOther, makefile, twoFiles } from './support/programs.ts';
import { openProject } from './support/project.ts';
import type { Project } from './support/project.ts';
import { longCall } from './support/project.ts';
import { materialise, runInstrumented, startProgram } from './support/run.ts';

let project: Project | undefined;
afterEach(async () => {
  await project?.remove();
  project = undefined;
});

const strictMakefile = `CFLAGS += -Wall -Wextra -Werror\n${makefile}`;
const cmakeLists = `cmake_minimum_required(VERSION 3.16)
project(sample C)
add_executable(sample main.c other.c)
`;

interface BuildSystem {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly build: Partial<Manifest['build']>;
}

const buildSystems: readonly BuildSystem[] = [
  { name: 'Make with -Werror', files: { Makefile: strictMakefile }, build: { command: 'make' } },
  {
    name: 'CMake',
    files: { 'CMakeLists.txt': cmakeLists },
    build: { command: 'cmake -S . -B out && cmake --build out', binary: 'out/sample' },
  },
  { name: 'a single command', files: {}, build: { command: '$CC $CFLAGS $LDFLAGS -o sample main.c other.c' } },
];

for (const lto of ['none', 'thin'] as const) {
  test.each(buildSystems)(`$name closes the loop, link-time optimisation: ${lto}`, async ({ files, build }) => {
    project = await openProject({ ...twoFiles, ...files }, { build, toolchain: { lto } });
    const baseline = await project.build('baseline');
    const instrumented = await project.build('instrumented');
    const raw = await runInstrumented(project, instrumented.binary);
    const merged = await project.profiles.merge(
      raw.map((profile) => ({ profile, weight: 1 })),
      longCall(),
    );
    expect(merged.summary.binaryIds).toEqual([instrumented.elfBuildId]);
    expect(merged.summary).toMatchObject({ functions: 4, functionsWithCounts: 4 });
    const optimised = await project.build('optimised', merged.profile);
    expect(optimised.sourceMatch).toEqual({ mismatched: [], missingCount: 0, mismatchedShare: 0 });
    expect(baseline.sourceMatch).toBeNull();
    expect(new Set([baseline.elfBuildId, instrumented.elfBuildId, optimised.elfBuildId]).size).toBe(3);
    expect(baseline.textBytes).toBeGreaterThan(100);
    const answers = [];
    for (const [name, built] of Object.entries({ baseline, optimised })) {
      answers.push(await startProgram(await materialise(project, built.binary, name), [], {}).ended);
    }
    expect(answers[0]).toMatchObject({ code: 0 });
    expect(answers[1]).toEqual(answers[0]);
  });
}

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
  const profile = await project.blobs.putBytes(new Uint8Array([1]));
  const others = [
    { ...request, kind: 'instrumented' as const },
    { ...request, kind: 'optimised' as const, profile },
    { ...request, manifest: { ...manifest, toolchain: { ...manifest.toolchain, flags: ['-O3'] } } },
    { ...request, manifest: { ...manifest, build: { ...manifest.build, command: 'make -s' } } },
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
  expect(sourceMatch).toEqual({ mismatched: ['twist'], missingCount: 1, mismatchedShare: 1 / 4 });
});
