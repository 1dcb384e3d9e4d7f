import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';

import { fillPlaceholders, instanceFolder } from './instance-folder.ts';
import type { InstanceFolder } from './instance-folder.ts';
import type { Instances } from './instances.ts';
import { readLastLines } from './last-lines.ts';
import { instanceEnvironment } from './launch.ts';
import { runBatch } from './run-batch.ts';
import type { BatchResult, BatchRun } from './run-batch.ts';
import { HoneError } from '../../domain/errors.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { InstanceSpec } from '../../domain/ports/host.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';

/** One recorded input of a command drive. */
export type CommandInput = Extract<Manifest['drive'], { kind: 'command' }>['inputs'][number];

/** The inputs that train, or those that are held out; none for another drive. */
export function inputsOf(manifest: Manifest, heldOut: boolean): readonly CommandInput[] {
  return manifest.drive.kind === 'command' ? manifest.drive.inputs.filter((input) => input.heldOut === heldOut) : [];
}

/** The run of one input inside an instance's folder; what it writes into its outputs is kept beside its standard output, or removed. */
export function planRun(
  manifest: Manifest,
  input: CommandInput,
  folder: InstanceFolder,
  stdoutPath: string,
  profilePattern: string | null,
  keepOutputs = false,
): BatchRun {
  const words = [...manifest.run.command, ...input.arguments].map((word) => fillPlaceholders(word, folder, null));
  const stdinPath = input.stdin === undefined ? '/dev/null' : join(folder.source, input.stdin);
  const outputs = (input.outputs ?? []).map((path, index) => ({ path, keptAs: keepOutputs ? `${stdoutPath}.${index}` : null }));
  return { words, stdinPath, stdoutPath, profilePattern, outputs };
}

/** What was wrong with a run's end; null when it ended as the manifest says. */
export function badEnd(input: CommandInput, result: BatchResult): string | null {
  if (result.signalNumber !== 0) return `was ended by ${signalName(result.signalNumber)} on input ${input.name}`;
  if (result.code === input.exitCode) return null;
  return `ended with exit code ${result.code} on input ${input.name}, where ${input.exitCode} is expected`;
}

/** What is wrong with a run that wrote more into its output files than can be compared. */
export function badOutputs(input: CommandInput, maximumBytes: number): string {
  return `wrote more than ${maximumBytes} bytes into the outputs of input ${input.name}`;
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}

/** The command drive's training runs on one host. */
export interface InputRunner {
  train(spec: InstanceSpec, rounds: number, call: LongCall): Promise<{ readonly runs: number; readonly rawProfiles: readonly BlobRef[] }>;
  /** CPU time of the instance's runs since this worker started, nanoseconds. */
  cpuNanoseconds(instanceId: InstanceId): number;
}

/** Runs instrumented programs to their end; the profiles are those that they write at exit, added up. */
export function makeInputRunner({ instances, blobs }: { readonly instances: Instances; readonly blobs: BlobPort }): InputRunner {
  const spent = new Map<InstanceId, number>();
  return {
    cpuNanoseconds: (instanceId) => spent.get(instanceId) ?? 0,
    async train(spec, rounds, call) {
      await instances.deploy(spec, call);
      const { record } = await instances.assertRunning(spec.instanceId);
      const folder = instanceFolder(record.directory);
      const output = await mkdtemp(join(folder.raw, 'w-'));
      const inputs = Array.from({ length: rounds }, () => inputsOf(spec.manifest, false)).flat();
      try {
        // One file per object for all runs: the runtime adds a run's counters to what is there, under a lock.
        const runs = inputs.map((input) => planRun(spec.manifest, input, folder, '/dev/null', join(output, 'run-%m.profraw')));
        const results = await runBatch({
          runs,
          folder,
          name: 'training',
          environment: instanceEnvironment({ ...spec, folder, port: null }),
          core: spec.core,
          limitSeconds: spec.manifest.collection.windowSeconds,
          onResult: (index, result) => {
            spent.set(spec.instanceId, (spent.get(spec.instanceId) ?? 0) + result.cpuNanoseconds);
            call.progress(`run ${index + 1} of ${runs.length}`);
          },
          signal: call.signal,
        });
        await checkEnds(spec, inputs, results, folder);
        return { runs: results.length, rawProfiles: await storeProfiles(output, blobs) };
      } finally {
        await rm(output, { recursive: true, force: true });
      }
    },
  };
}

async function checkEnds(
  spec: InstanceSpec,
  inputs: readonly CommandInput[],
  results: readonly BatchResult[],
  folder: InstanceFolder,
): Promise<void> {
  const complaint = inputs.map((input, index) => badEnd(input, results[index] as BatchResult)).find((text) => text !== null);
  if (complaint === undefined) return;
  throw new HoneError(
    'instance-lost',
    `Build ${spec.elfBuildId} ${complaint}.`,
    'Run it by hand on that input; if the exit code is right, set exitCode of the input in the manifest.',
    { details: await readLastLines(folder.log) },
  );
}

async function storeProfiles(directory: string, blobs: BlobPort): Promise<readonly BlobRef[]> {
  const refs: BlobRef[] = [];
  for (const name of (await readdir(directory)).toSorted()) {
    if (name.endsWith('.profraw')) refs.push(await blobs.putFile(join(directory, name)));
  }
  return refs;
}
