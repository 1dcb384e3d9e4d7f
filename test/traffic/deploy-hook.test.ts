import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeployHookRequest } from '../../domain/ports/deploy-hook.ts';
import { deployIn } from './deploy-worker.ts';
import { eventually, folderBlobs, temporaryDirectory } from './support.ts';

const never = new AbortController().signal;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

function deploy(command: string, changes: Partial<DeployHookRequest> = {}, signal = never, timeoutSeconds = 20) {
  return deployIn(directory.path, command, changes, signal, timeoutSeconds);
}

const inFolder = (name: string) => join(directory.path, name);

/** Ends what a hook left as production. */
async function endProduction(): Promise<void> {
  process.kill(Number(await readFile(inFolder('production'), 'utf8')));
}

test('the process that the hook names last is believed by its build ID', async () => {
  await expect(deploy('echo starting; echo $$')).resolves.toEqual({ servingBuildId: 'abc' });
});

test('a program with libraries lies with them as in its source tree, and no other build of the same program overwrites them', async () => {
  const blobs = folderBlobs(join(directory.path, 'blobs'));
  const hook =
    'cat "$HONE_LIBRARIES/lib/libx.so" >> seen; (cd "$HONE_LIBRARIES" && find . -type f | sort) >> seen; echo "$HONE_BINARY" >> places; echo $$';
  for (const text of ['one\n', 'two\n']) {
    const libraries = [{ path: 'lib/libx.so', file: await blobs.putBytes(Buffer.from(text)), elfBuildId: 'ab' }];
    await deploy(hook, { libraries, binaryPath: 'bin/program' });
  }
  const list = './bin/program\n./lib/libx.so\n';
  expect(await readFile(inFolder('seen'), 'utf8')).toBe(`one\n${list}two\n${list}`);
  const places = (await readFile(inFolder('places'), 'utf8')).trim().split('\n');
  expect(new Set(places).size).toBe(2);
  for (const place of places) expect(await readFile(place, 'utf8')).toBe('#!/bin/sh\n');
});

test('a process that has loaded a library of another build is not believed', async () => {
  // A real process with a library of its own: sleep, and a copy of the C library that it loads.
  const [library] = /\/\S*\/libc\.so\.6$/m.exec(await readFile('/proc/self/maps', 'utf8'))!;
  await mkdir(inFolder('own'));
  await copyFile(library, inFolder('own/libc.so.6'));
  const blobs = folderBlobs(join(directory.path, 'blobs'));
  const libraries = [{ path: 'lib/libc.so.6', file: await blobs.putBytes(Buffer.from('it')), elfBuildId: 'good' }];
  // It is named only once it has loaded it.
  const hook =
    'LD_LIBRARY_PATH=own sleep 60 & echo $! > production; until grep -q own/libc.so.6 /proc/$!/maps; do sleep 0.02; done; echo $!';
  const seen: string[] = [];
  const having = (buildId: string) => async (path: string) => {
    seen.push(path);
    return buildId;
  };
  await expect(deployIn(directory.path, hook, { libraries }, never, 20, having('good'))).resolves.toEqual({ servingBuildId: 'abc' });
  expect(seen).toEqual([expect.stringMatching(/^\/proc\/\d+\/root\/.*\/own\/libc\.so\.6$/)]);
  await endProduction();
  await expect(deployIn(directory.path, hook, { libraries }, never, 20, having('bad'))).rejects.toMatchObject({
    code: 'deploy-failed',
    message: expect.stringMatching(/process \d+ has loaded \S+own\/libc\.so\.6 of build bad, not good/) as string,
  });
  await endProduction();
  const replaced = `${hook}; cp own/libc.so.6 own/new; mv own/new own/libc.so.6; tail -n 1 production`;
  await expect(deployIn(directory.path, replaced, { libraries }, never, 20, having('good'))).rejects.toMatchObject({
    message: expect.stringContaining('libc.so.6 that is no longer on disk') as string,
  });
  await endProduction();
});

// A rejection that nobody handles fails the whole run of the tests, as it would end a worker.
test('a folder that is gone fails the deploy and nothing else', async () => {
  const gone = join(directory.path, 'gone');
  await expect(deploy('echo $$', { directory: gone })).rejects.toMatchObject({
    code: 'deploy-failed',
    message: expect.stringContaining(`the folder ${gone} is gone`),
  });
});

test('an abort and the end of the time end a hook with its children', async () => {
  const cancel = new AbortController();
  const deploying = deploy('touch started; sleep 60 & sleep 60', {}, cancel.signal);
  await eventually(async () => (await readdir(directory.path)).includes('started'), 'the hook to run');
  cancel.abort(new Error('enough'));
  await expect(deploying).rejects.toThrow('enough');
  await expect(deploy('sleep 60', {}, cancel.signal)).rejects.toThrow('enough');
  await expect(deploy('sleep 60', {}, never, 1)).rejects.toMatchObject({ message: expect.stringContaining('within 1 s') });
});

const exists = async (name: string) => (await readdir(directory.path)).includes(name);
/** A hook that runs until the file `go` is there, and leaves a process of production behind. */
const waiting = 'touch started; while [ ! -e go ]; do sleep 0.02; done; sleep 60 & echo $! > production; echo $$';

test('one hook at a time runs for a channel; what it leaves as production does not keep the next one out', async () => {
  const first = deploy(waiting);
  await eventually(() => exists('started'), 'the hook to run');
  await expect(deploy('echo $$')).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('stable of tiny still runs'),
  });
  await expect(deploy('echo $$', { channel: 'canary' })).resolves.toEqual({ servingBuildId: 'abc' });
  await writeFile(inFolder('go'), '');
  await expect(first).resolves.toEqual({ servingBuildId: 'abc' });
  await expect(deploy('echo $$')).resolves.toEqual({ servingBuildId: 'abc' });
  await endProduction();
});

test('a hook whose worker was killed keeps the next one out until it ends', async () => {
  const worker = spawn(process.execPath, [join(import.meta.dirname, 'deploy-worker.ts'), directory.path, waiting], { stdio: 'ignore' });
  await eventually(() => exists('started'), 'the hook to run');
  const killed = once(worker, 'exit');
  worker.kill('SIGKILL');
  await killed;
  await expect(deploy('echo $$')).rejects.toMatchObject({ code: 'conflict' });
  await writeFile(inFolder('go'), '');
  await eventually(() => exists('production'), 'the hook to end');
  await eventually(async () => (await deploy('echo $$').catch(() => null)) !== null, 'the lock to be free');
  await endProduction();
});

test("a hook's own exit code is told as such, whatever it is", async () => {
  await expect(deploy('exit 75')).rejects.toMatchObject({ code: 'deploy-failed', message: expect.stringContaining('exit code 75') });
});
