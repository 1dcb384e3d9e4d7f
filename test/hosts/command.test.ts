import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { compile } from './support/compile.ts';
import { makeTestHost, plainCall } from './support/host.ts';
import type { TestHost } from './support/host.ts';
import { processesUnder } from './support/processes.ts';
import { manifestSchema } from '../../domain/manifest/schema.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { PairRequest } from '../../domain/ports/host.ts';

let test: TestHost;
let folder: string;
let source: BlobRef;
const builds: Record<string, BlobRef> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-command-'));
  test = await makeTestHost();
  const variants: Record<string, string[]> = {
    plain: [],
    slow: ['-DWORK=60000000'],
    wrong: ['-DWRONG_ANSWER'],
    instrumented: ['-fprofile-generate'],
  };
  for (const [name, flags] of Object.entries(variants))
    builds[name] = await test.blobs.putFile(await compile(folder, 'tool.c', name, flags));
  await writeFile(join(folder, 'input.txt'), 'twelve bytes');
  execFileSync('tar', ['-cf', join(folder, 'source.tar'), '-C', folder, 'input.txt']);
  source = await test.blobs.putFile(join(folder, 'source.tar'));
});
afterAll(async () => {
  await test.remove();
  await rm(folder, { recursive: true, force: true });
});

type Input = {
  readonly name: string;
  readonly arguments?: readonly string[];
  readonly stdin?: string;
  readonly exitCode?: number;
  readonly heldOut?: boolean;
};

function manifestOf(inputs: readonly Input[], runsPerLeg = 2): Manifest {
  return manifestSchema.parse({
    target: 'tool',
    build: { command: 'make', binary: 'tool' },
    run: { command: ['{binary}'], stop: { graceSeconds: 1 } },
    drive: { kind: 'command', inputs },
    collection: { windowSeconds: 2 },
    evaluation: { runsPerLeg, maximumSeconds: 30 },
  });
}

function pair(baseline: string, candidate: string, inputs: readonly Input[]): PairRequest {
  return {
    index: 3,
    candidateFirst: true,
    manifest: manifestOf(inputs),
    baseline: { binary: builds[baseline] as BlobRef, elfBuildId: `${baseline}-id` },
    candidate: { binary: builds[candidate] as BlobRef, elfBuildId: `${candidate}-id` },
    sourceArchive: source,
    data: null,
    heldOut: null,
  };
}

const held: readonly Input[] = [
  { name: 'file', stdin: 'input.txt', heldOut: true },
  { name: 'words', arguments: ['a b', '', 'ü%="'], heldOut: true },
  { name: 'trained', arguments: ['fail'] },
];

describe('measurePair of a command drive', () => {
  it('runs the held-out inputs with both builds and reads the exact CPU time, children included', async () => {
    const { pair: measured, answers } = await test.host.measurePair(pair('slow', 'plain', held), plainCall());
    expect(answers).toEqual({ compared: 4, different: 0, examples: [] });
    expect(measured.baseline.requests).toBe(4);
    expect(Object.keys(measured.baseline.endpointCpuNanoseconds)).toEqual(['file', 'words']);
    expect(measured.logRatio).toBeGreaterThan(0.7);
    expect(measured.logRatio).toBeLessThan(1.3);
    expect(measured.baseline.cpuNanoseconds % 1000).toBe(0);
    expect(measured.baseline.cpuNanoseconds % 10_000_000).not.toBe(0);
    expect(measured.candidate.maximumResidentBytes).toBeGreaterThan(500_000);
    expect(measured.candidate.core).not.toBe(measured.baseline.core);
    expect(await processesUnder(test.folder)).toBe(0);
  });

  it('compares what was printed', async () => {
    const { answers } = await test.host.measurePair(pair('plain', 'wrong', held), plainCall());
    expect(answers).toMatchObject({ compared: 4, different: 4 });
    expect(answers.examples[0]).toContain('file');
  });

  it.each([
    ['fail', /baseline build plain-id ended with exit code 3 on input bad, where 0 is expected/],
    ['crash', /baseline build plain-id was ended by SIGABRT on input bad/],
  ])('gives no figure when a run ends badly: %s', async (word, message) => {
    const request = pair('plain', 'plain', [{ name: 'bad', arguments: [word], heldOut: true }]);
    await expect(test.host.measurePair(request, plainCall())).rejects.toMatchObject({
      code: 'baseline-failed',
      message: expect.stringMatching(message),
    });
  });

  it('refuses to judge by training inputs', async () => {
    const request = pair('plain', 'plain', [{ name: 'only' }]);
    await expect(test.host.measurePair(request, plainCall())).rejects.toMatchObject({
      code: 'input-invalid',
      advice: expect.stringContaining('heldOut'),
    });
  });
});

describe('runInputs', () => {
  it('runs the training inputs, adds up their profiles and their CPU time', async () => {
    const manifest = manifestOf([
      { name: 'one', stdin: 'input.txt' },
      { name: 'two', arguments: ['fail'], exitCode: 3 },
      { name: 'held', heldOut: true },
    ]);
    const spec = test.spec(builds['instrumented'] as BlobRef, manifest, { sourceArchive: source, instrumented: true, core: 1 });
    const instance = await test.host.deploy(spec, plainCall());
    expect(instance).toMatchObject({ port: null, pid: null, core: 1 });
    const recording = await test.host.record([instance], manifest);
    const { runs, rawProfiles } = await test.host.runInputs(spec, 3, plainCall());
    const measure = await recording.finish();
    expect(runs).toBe(6);
    expect(rawProfiles).toHaveLength(1);
    expect(measure.cpuNanoseconds).toBeGreaterThan(20e6);
    await writeFile(join(folder, 'raw.profraw'), await test.blobs.getBytes((rawProfiles[0] as BlobRef).digest));
    execFileSync('/usr/lib/llvm-22/bin/llvm-profdata', ['merge', '-o', join(folder, 'raw.profdata'), join(folder, 'raw.profraw')]);
    const shown = execFileSync('/usr/lib/llvm-22/bin/llvm-profdata', [
      'show',
      '--counts',
      '--function=main',
      join(folder, 'raw.profdata'),
    ]).toString();
    // Both inputs three times; the twelve characters of standard input three times.
    expect(shown).toMatch(/Block counts: \[.*\b36\b.*\]/);
    await test.host.assertRunning(spec.instanceId);
    await test.host.stop(spec.instanceId);
    expect(await test.host.stop(spec.instanceId)).toBeNull();
  });

  it('ends a run that hangs, and says which', async () => {
    const spec = test.spec(builds['instrumented'] as BlobRef, manifestOf([{ name: 'endless', arguments: ['hang'] }]), {
      instrumented: true,
    });
    await expect(test.host.runInputs(spec, 1, plainCall())).rejects.toMatchObject({
      code: 'instance-lost',
      message: expect.stringContaining('did not end within 2 s'),
    });
    await test.host.stop(spec.instanceId);
    expect(await processesUnder(test.folder)).toBe(0);
  });

  it('ends with its signal', async () => {
    const spec = test.spec(builds['instrumented'] as BlobRef, manifestOf([{ name: 'one' }, { name: 'endless', arguments: ['hang'] }]), {
      instrumented: true,
    });
    const controller = new AbortController();
    const call = { signal: controller.signal, progress: () => controller.abort(new Error('enough')) };
    await expect(test.host.runInputs(spec, 1, call)).rejects.toThrow('enough');
    await test.host.stop(spec.instanceId);
    expect(await processesUnder(test.folder)).toBe(0);
  });
});
