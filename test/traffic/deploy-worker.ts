import { join } from 'node:path';
import { manifestSchema } from '../../domain/manifest/schema.ts';
import type { DeployHookRequest } from '../../domain/ports/deploy-hook.ts';
import { makeDeployHook } from '../../traffic/production/deploy-hook.ts';
import { folderBlobs, makeManifest } from './support.ts';

/** Runs a hook for `stable` of `tiny`; the process that it names is taken to run the build `abc`. */
export async function deployIn(
  directory: string,
  command: string,
  changes: Partial<DeployHookRequest>,
  signal: AbortSignal,
  timeoutSeconds: number,
  buildIdOfFile: (path: string) => Promise<string | null> = async () => null,
): Promise<{ servingBuildId: string | null }> {
  const blobs = folderBlobs(join(directory, 'blobs'));
  const binary = await blobs.putBytes(Buffer.from('#!/bin/sh\n'));
  const { deploy: rules } = manifestSchema.parse({ ...makeManifest(), deploy: { command, timeoutSeconds } });
  if (rules === undefined) throw new Error('no deploy section');
  const hook = makeDeployHook({ blobs, directory: join(directory, 'promoted'), buildIdOfProcess: async () => 'abc', buildIdOfFile });
  const request = {
    directory,
    targetName: 'tiny',
    deploy: rules,
    binary,
    binaryPath: 'tiny',
    libraries: [],
    elfBuildId: 'abc',
    channel: 'stable',
  };
  return hook.deploy({ ...request, ...changes }, signal);
}

// `node deploy-worker.ts DIRECTORY COMMAND`: a worker that a test can kill.
if (import.meta.main) {
  const [directory, command] = process.argv.slice(2);
  await deployIn(directory!, command!, {}, new AbortController().signal, 20);
}
