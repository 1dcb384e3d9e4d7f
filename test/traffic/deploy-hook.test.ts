import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeployHookRequest } from '../../domain/ports/deploy-hook.ts';
import { deployIn } from './deploy-worker.ts';
import { eventually, temporaryDirectory } from './support.ts';

const never = new AbortController().signal;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

function deploy(command: string, changes: Partial<DeployHookRequest> = {}, signal = never, timeoutSeconds = 20) {
  return deployIn(directory.path, command, changes, signal, timeoutSeconds);
}

test('the process that the hook names last is believed by its build ID', async () => {
  await expect(deploy('echo starting; echo $$')).resolves.toEqual({ servingBuildId: 'abc' });
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

const inFolder = (name: string) => join(directory.path, name);
const exists = async (name: string) => (await readdir(directory.path)).includes(name);
/** A hook that runs until the file `go` is there, and leaves a process of production behind. */
const waiting = 'touch started; while [ ! -e go ]; do sleep 0.02; done; sleep 60 & echo $! > production; echo $$';

/** Ends what a hook left as production. */
async function endProduction(): Promise<void> {
  process.kill(Number(await readFile(inFolder('production'), 'utf8')));
}

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
