import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manifestSchema } from '../../domain/manifest/schema.ts';
import type { DeployHookRequest } from '../../domain/ports/deploy-hook.ts';
import { makeDeployHook } from '../../traffic/production/deploy-hook.ts';
import { eventually, folderBlobs, makeManifest, temporaryDirectory } from './support.ts';

const never = new AbortController().signal;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

async function deploy(command: string, changes: Partial<DeployHookRequest> = {}, signal = never, timeoutSeconds = 20) {
  const blobs = folderBlobs(join(directory.path, 'blobs'));
  const binary = await blobs.putBytes(Buffer.from('#!/bin/sh\n'));
  const { deploy: rules } = manifestSchema.parse({ ...makeManifest(), deploy: { command, timeoutSeconds } });
  if (rules === undefined) throw new Error('no deploy section');
  const hook = makeDeployHook({ blobs, directory: join(directory.path, 'promoted'), buildIdOfProcess: async () => 'abc' });
  const request = { directory: directory.path, targetName: 'tiny', deploy: rules, binary, elfBuildId: 'abc', channel: 'stable' };
  return hook.deploy({ ...request, ...changes }, signal);
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
