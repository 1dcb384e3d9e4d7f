import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import { makeAgentPort } from '../../toolchains/index.ts';
import { makefile, twoFiles, twoFilesOfCpp } from './support/programs.ts';
import { longCall, openProject } from './support/project.ts';
import type { Project } from './support/project.ts';
import { materialise, runInstrumented, startProgram, until } from './support/run.ts';
import type { RunningProgram } from './support/run.ts';

let project: Project | undefined;
afterEach(async () => {
  await project?.remove();
  project = undefined;
});

const strictMakefile = `CFLAGS += -Wall -Wextra -Werror\n${makefile}`;

// The archive is what needs AR, RANLIB and NM: with link-time optimisation it holds bitcode.
const cppMakefile = `sample: main.o libshape.a
\t$(CXX) $(LDFLAGS) -o $@ $^
libshape.a: shape.o
\t$(AR) rc $@ $^
\t$(RANLIB) $@
\t$(NM) $@ | grep -q shapeOf
%.o: %.cpp
\t$(CXX) $(CXXFLAGS) -c -o $@ $<
`;

const cmakeLists = `cmake_minimum_required(VERSION 3.16)
project(sample C)
add_executable(sample main.c other.c)
`;

const cppCmakeLists = `cmake_minimum_required(VERSION 3.16)
project(sample CXX)
add_library(shape STATIC shape.cpp)
add_executable(sample main.cpp)
target_link_libraries(sample shape)
`;

const autotools = {
  'configure.ac': `AC_INIT([sample], [1.0])
AM_INIT_AUTOMAKE([foreign])
AC_PROG_CC
AM_PROG_AR
AC_PROG_RANLIB
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
`,
  'Makefile.am': `noinst_LIBRARIES = libother.a
libother_a_SOURCES = other.c
bin_PROGRAMS = sample
sample_SOURCES = main.c
sample_LDADD = libother.a
`,
};

const mesonBuild = `project('sample', 'cpp')
shape = static_library('shape', 'shape.cpp')
executable('sample', 'main.cpp', link_with: shape)
`;

interface BuildSystem {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly build: Partial<Manifest['build']>;
  readonly lto: Manifest['toolchain']['lto'];
}

const cmake = { command: 'cmake -S . -B out && cmake --build out', binary: 'out/sample' };
const meson = { command: 'meson setup --buildtype=plain out && meson compile -C out', binary: 'out/sample' };
const both = (system: Omit<BuildSystem, 'lto'>): BuildSystem[] => (['none', 'thin'] as const).map((lto) => ({ ...system, lto }));

const buildSystems: readonly BuildSystem[] = [
  ...both({ name: 'Make with -Werror', files: { ...twoFiles, Makefile: strictMakefile }, build: { command: 'make' } }),
  ...both({ name: 'Make of C++', files: { ...twoFilesOfCpp, Makefile: cppMakefile }, build: { command: 'make' } }),
  ...both({ name: 'CMake', files: { ...twoFiles, 'CMakeLists.txt': cmakeLists }, build: cmake }),
  { name: 'CMake of C++', files: { ...twoFilesOfCpp, 'CMakeLists.txt': cppCmakeLists }, build: cmake, lto: 'thin' },
  { name: 'Meson of C++', files: { ...twoFilesOfCpp, 'meson.build': mesonBuild }, build: meson, lto: 'thin' },
  {
    name: 'Autotools',
    files: { ...twoFiles, ...autotools },
    build: { command: 'autoreconf --install && ./configure && make' },
    lto: 'thin',
  },
  ...both({ name: 'a single command', files: twoFiles, build: { command: '$CC $CFLAGS $LDFLAGS -o sample main.c other.c' } }),
];

interface Offered {
  /** Private to this user, as an agent wants it. */
  readonly directory: string;
  readonly running: RunningProgram;
}

/** Starts a program that waits for the end of its input, and names it a folder for an agent. */
async function offerFolder(built: Project, binary: BlobRef, name: string): Promise<Offered> {
  const directory = join(built.path, `agents-${name}`);
  await mkdir(directory, { mode: 0o700 });
  const environment = { HONE_AGENT_DIRECTORY: directory, LLVM_PROFILE_FILE: '/dev/null' };
  return { directory, running: startProgram(await materialise(built, binary, name), ['50', 'wait'], environment) };
}

/** Runs the instrumented program until its collection agent has answered. */
async function askAgent(built: Project, binary: BlobRef): Promise<void> {
  const { directory, running } = await offerFolder(built, binary, 'instrumented');
  try {
    const answers = () => makeAgentPort().ping(directory);
    await until(async () => (await answers().catch(() => 0)) === 1, 'the collection agent');
  } finally {
    running.child.stdin?.end();
    expect(await running.ended).toMatchObject({ code: 0 });
  }
}

/** What in a binary is the collection agent's, compiler-rt's profiling interface's or a counter's: symbols, sections, text. */
async function tracesOfCollection(built: Project, name: string): Promise<readonly string[]> {
  const bytes = await readFile(join(built.path, name), 'latin1');
  return ['HONE_AGENT_DIRECTORY', '__llvm_profile_write_file', '__llvm_profile', '__llvm_prf'].filter((trace) => bytes.includes(trace));
}

/** Runs what production gets as the instrumented program is run: an agent binds its socket before main. Answers the run's end. */
async function expectNoAgent(built: Project, binary: BlobRef, name: string): RunningProgram['ended'] {
  const { directory, running } = await offerFolder(built, binary, name);
  try {
    await running.said('\n');
    expect(await readdir(directory)).toEqual([]);
    expect(await readdir(`/proc/${running.child.pid}/task`)).toHaveLength(1);
  } finally {
    running.child.stdin?.end();
    await running.ended;
  }
  expect(await tracesOfCollection(built, name)).toEqual([]);
  return running.ended;
}

test.each(buildSystems)('$name closes the loop, link-time optimisation: $lto', async ({ files, build, lto }) => {
  project = await openProject(files, { build, toolchain: { lto } });
  const baseline = await project.build('baseline');
  const instrumented = await project.build('instrumented');
  await askAgent(project, instrumented.binary);
  expect(await tracesOfCollection(project, 'instrumented')).toContain('HONE_AGENT_DIRECTORY');
  expect(await tracesOfCollection(project, 'instrumented')).toContain('__llvm_profile_write_file');
  const raw = await runInstrumented(project, instrumented.binary);
  const merged = await project.profiles.merge(
    raw.map((profile) => ({ profile, weight: 1 })),
    longCall(),
  );
  expect(merged.summary.binaryIds).toEqual([instrumented.elfBuildId]);
  expect(merged.summary.functions).toBeGreaterThanOrEqual(4);
  expect(merged.summary.functionsWithCounts).toBeGreaterThanOrEqual(4);
  const optimised = await project.build('optimised', merged.profile);
  expect(optimised.sourceMatch).toEqual({ mismatched: [], mismatchedCount: 0, missing: [], missingCount: 0, mismatchedShare: 0 });
  expect(baseline.sourceMatch).toBeNull();
  expect(new Set([baseline.elfBuildId, instrumented.elfBuildId, optimised.elfBuildId]).size).toBe(3);
  expect(baseline.textBytes).toBeGreaterThan(100);
  const answers = [];
  for (const [name, built] of Object.entries({ baseline, optimised })) {
    answers.push(await expectNoAgent(project, built.binary, name));
  }
  expect(answers[0]).toMatchObject({ code: 0 });
  expect(answers[1]).toEqual(answers[0]);
});
