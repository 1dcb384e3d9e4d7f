import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { HoneError } from '../../domain/errors.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { defaultSearchPath, requireTools } from '../../toolchains/clang/tools.ts';
import { makeBuildPort } from '../../toolchains/index.ts';
import { makefile, twoFiles } from './support/programs.ts';
import { buildAlone, longCall, openProject, writeFiles } from './support/project.ts';
import type { Project } from './support/project.ts';
import { until } from './support/run.ts';

let project: Project | undefined;
afterEach(async () => {
  await project?.remove();
  project = undefined;
});

async function failureOf(
  files: Readonly<Record<string, string>>,
  build: Partial<Manifest['build']>,
  kind: 'baseline' | 'instrumented' = 'baseline',
) {
  project = await openProject(files, { build });
  return project.build(kind).then(
    () => expect.fail('the build should have failed'),
    (error: HoneError) => error.toData(),
  );
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
const pidIn = async (path: string) => {
  await until(() => Promise.resolve(existsSync(path) && readFileSync(path, 'utf8').endsWith('\n')), path);
  return Number(readFileSync(path, 'utf8'));
};

const broken = { ...twoFiles, 'other.c': 'int other(int n) { return n + ; }\n' };

test('a compile error shows the command, the place and the compiler’s words', async () => {
  const error = await failureOf({ ...broken, Makefile: makefile }, { command: 'make -j2' });
  expect(error.code).toBe('build-failed');
  expect(error.message).toBe('The baseline build of sample ended with exit code 2.');
  expect(error.details?.[0]).toMatch(/^in .*\/builds\/sample\/source: make -j2$/);
  expect(error.details).toContainEqual('other.c:1:31: error: expected expression');
  expect(error.details).toContainEqual('    1 | int other(int n) { return n + ; }');
});

test('a compile error that the build system hides is shown as well', async () => {
  const error = await failureOf({ ...broken, Makefile: makefile }, { command: 'make >/dev/null 2>&1' });
  expect(error.details).toContainEqual('other.c:1:31: error: expected expression');
});

test('a link error is shown', async () => {
  const error = await failureOf(
    { 'main.c': 'int gone(void); int main(void) { return gone(); }\n' },
    { command: '$CC $CFLAGS $LDFLAGS -o sample main.c' },
  );
  expect(error.details?.join('\n')).toMatch(/ld\.lld: error: undefined symbol: gone/);
});

test('a program that the command did not make is named', async () => {
  const error = await failureOf({ 'main.c': '' }, { command: 'true', binary: 'out/program' });
  expect(error).toMatchObject({ code: 'binary-missing', details: ['true'] });
  expect(error.message).toContain('/builds/sample/source/out/program');
  await project?.remove();
  const script = await failureOf({ 'main.c': '' }, { command: 'printf "#!/bin/sh\\n" >sample' });
  expect(script).toMatchObject({ code: 'binary-missing' });
  expect(script.message).toContain('is no ELF program');
});

test('a build that ignores its flags is refused', async () => {
  const files = { 'main.c': 'int main(void) { return 0; }\n' };
  const link = await failureOf(files, { command: '$CC $CFLAGS -fuse-ld=lld -Wl,--build-id=none -o sample main.c' });
  expect(link).toMatchObject({ code: 'build-failed' });
  expect(link.message).toContain('did not use LDFLAGS');
  await project?.remove();
  const compile = await failureOf(files, { command: '$CC -c main.c && $CC $LDFLAGS -o sample main.o' }, 'instrumented');
  expect(compile.message).toContain('did not use CFLAGS');
});

test('a full disk is no defect of the build', async () => {
  const error = await failureOf({ ...twoFiles, Makefile: makefile }, { command: 'make && cat sample >/dev/full' });
  expect(error).toMatchObject({ code: 'disk-full' });
});

test('a build leaves the machine to what must answer', async () => {
  const ofSession = '/proc/self/autogroup';
  const error = await failureOf({ 'main.c': '' }, { command: `nice; cat ${ofSession}; exit 1` });
  expect(error.details).toContain('5');
  if (existsSync(ofSession)) expect(error.details).toContainEqual(expect.stringMatching(/^\/autogroup-\d+ nice 5$/));
});

test('a build that takes too long is ended with everything that it started', async () => {
  const error = await failureOf(
    { 'main.c': '' },
    { command: 'sleep 100 & echo $! >../inner; setsid sleep 100 & echo $! >../outer; wait', timeoutSeconds: 1 },
  );
  expect(error.code).toBe('build-failed');
  expect(error.message).toContain('took longer than 1 s');
  const folder = join(project?.path ?? '', 'builds/sample');
  for (const name of ['inner', 'outer']) expect(isAlive(await pidIn(join(folder, name)))).toBe(false);
});

test('a cancelled build is ended with everything that it started, and the next one goes ahead', async () => {
  project = await openProject(
    { ...twoFiles, Makefile: makefile },
    { build: { command: 'make; test -e ../slow || sleep 100 & echo $! >../inner; wait' } },
  );
  const request = await project.request('baseline');
  const cancel = new AbortController();
  const building = buildAlone(project.builds, request, longCall(cancel.signal));
  const pid = await pidIn(join(project.path, 'builds/sample/inner'));
  cancel.abort(new Error('cancelled by the test'));
  await expect(building).rejects.toThrow('cancelled by the test');
  expect(isAlive(pid)).toBe(false);
  await writeFiles(project.path, { 'builds/sample/slow': '' });
  await expect(buildAlone(project.builds, request, longCall())).resolves.toMatchObject({
    elfBuildId: expect.stringMatching(/^[0-9a-f]{40}$/),
  });
});

test('two builds of one target wait for each other', async () => {
  const command = 'mkdir ../building && make && rmdir ../building';
  project = await openProject({ ...twoFiles, Makefile: makefile }, { build: { command } });
  const request = await project.request('baseline');
  const other = makeBuildPort({ blobs: project.blobs, buildRoot: join(project.path, 'builds') });
  const [left, right] = await Promise.all([buildAlone(project.builds, request, longCall()), buildAlone(other, request, longCall())]);
  expect(left.elfBuildId).toBe(right.elfBuildId);
});

test('what a killed worker’s build left running is ended before the next build starts', async () => {
  project = await openProject({ ...twoFiles, Makefile: makefile }, { build: {} });
  const program = fileURLToPath(new URL('./support/build-worker.ts', import.meta.url));
  const worker = spawn(process.execPath, [program, project.path], { stdio: 'ignore' });
  const pid = await pidIn(join(project.path, 'builds/sample/inner'));
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  worker.kill('SIGKILL');
  await ended;
  expect(isAlive(pid)).toBe(true);
  await project.build('baseline');
  expect(isAlive(pid)).toBe(false);
});

test('a missing compiler says how to install it', async () => {
  await expect(requireTools(9, defaultSearchPath)).rejects.toMatchObject({
    code: 'tool-missing',
    // Nothing about another version: the manifest takes only one.
    advice: 'Install with: apt-get install clang-9 lld-9 llvm-9 libclang-rt-9-dev (as root).',
  });
});

test('a build folder that could not stand in CFLAGS is refused', async () => {
  project = await openProject({ 'main.c': '' }, { build: {} });
  const builds = makeBuildPort({ blobs: project.blobs, buildRoot: join(project.path, 'two words') });
  await expect(builds.plan(await project.request('baseline'))).rejects.toMatchObject({ code: 'input-invalid' });
});

test('a link in the way to the build folder changes no path that the compiler sees', async () => {
  const files = {
    ...twoFiles,
    'CMakeLists.txt': 'cmake_minimum_required(VERSION 3.16)\nproject(sample C)\nadd_executable(sample main.c other.c)\n',
  };
  project = await openProject(files, { build: { command: 'cmake -S . -B out && cmake --build out', binary: 'out/sample' } });
  const real = join(project.path, 'elsewhere');
  await mkdir(real);
  await symlink(real, join(project.path, 'linked'));
  const request = await project.request('baseline');
  const plans = await Promise.all(
    ['elsewhere', 'linked'].map((name) => makeBuildPort({ blobs: project!.blobs, buildRoot: join(project!.path, name) }).plan(request)),
  );
  expect(plans[0]).toEqual(plans[1]);
});
