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
    wrongOutput: ['-DWRONG_OUTPUT'],
    instrumented: ['-fprofile-generate'],
  };
  for (const [name, flags] of Object.entries(variants))
    builds[name] = await test.blobs.putFile(await compile(folder, 'tool.c', name, flags));
  await compileWithLibrary();
  await writeFile(join(folder, 'input.txt'), 'twelve bytes');
  execFileSync('tar', ['-cf', join(folder, 'source.tar'), '-C', folder, 'input.txt']);
  source = await test.blobs.putFile(join(folder, 'source.tar'));
});
afterAll(async () => {
  await test.remove();
  await rm(folder, { recursive: true, force: true });
});

/** `loaded` needs `libword.so`, of which there are two that say different words, and has no run path to find it by. */
async function compileWithLibrary(): Promise<void> {
  for (const word of ['good', 'bad']) {
    const [shared, lib] = [['-shared', '-fPIC', `-DWORD="${word}"`, '-Wl,-soname,libword.so'], `libword-${word}.so`];
    builds[word] = await test.blobs.putFile(await compile(folder, 'library.c', lib, shared));
  }
  const flags = ['-DLIBRARY', join(folder, 'libword-good.so')];
  builds['loaded'] = await test.blobs.putFile(await compile(folder, 'tool.c', 'loaded', flags));
}

type Input = {
  readonly name: string;
  readonly arguments?: readonly string[];
  readonly stdin?: string;
  readonly exitCode?: number;
  readonly heldOut?: boolean;
  readonly outputs?: readonly string[];
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
    baseline: { binary: builds[baseline] as BlobRef, libraries: [], elfBuildId: `${baseline}-id` },
    candidate: { binary: builds[candidate] as BlobRef, libraries: [], elfBuildId: `${candidate}-id` },
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

  it('runs each build with its own libraries', async () => {
    const withLibrary = (word: string) => ({
      ...pair('loaded', 'loaded', held).baseline,
      libraries: [{ path: 'lib/libword.so', file: builds[word] as BlobRef, elfBuildId: `${word}-id` }],
    });
    const request = { ...pair('loaded', 'loaded', held), baseline: withLibrary('good'), candidate: withLibrary('bad') };
    expect((await test.host.measurePair(request, plainCall())).answers).toMatchObject({ compared: 4, different: 4 });
    const same = { ...request, candidate: withLibrary('good') };
    expect((await test.host.measurePair(same, plainCall())).answers).toMatchObject({ compared: 4, different: 0 });
    const without = { ...request, baseline: pair('loaded', 'loaded', held).baseline };
    await expect(test.host.measurePair(without, plainCall())).rejects.toMatchObject({
      code: 'baseline-failed',
      details: expect.arrayContaining([expect.stringContaining('libword.so')]) as string[],
    });
  });

  const writing = (word: string, name: string): Input => ({
    name: 'file',
    arguments: [word, name, 'text'],
    outputs: [name],
    heldOut: true,
  });

  it('compares what was written into the outputs, of each run alone', async () => {
    const same = await test.host.measurePair(pair('plain', 'plain', [writing('write', 'out/a b.txt')]), plainCall());
    expect(same.answers).toEqual({ compared: 2, different: 0, examples: [] });
    const { answers } = await test.host.measurePair(pair('plain', 'wrongOutput', [writing('write', 'out/a b.txt')]), plainCall());
    expect(answers).toMatchObject({ compared: 2, different: 2 });
    expect(answers.examples[0]).toBe('file: both answered 0; out/a b.txt differs');
    const unnamed = await test.host.measurePair(
      pair(
        'plain',
        'wrongOutput',
        [{ ...writing('write', 'x'), outputs: [] as string[] }].map(({ outputs: _none, ...rest }) => rest),
      ),
      plainCall(),
    );
    expect(unnamed.answers.different).toBe(0);
  });

  it('takes for different what only one of both writes, and refuses what neither does or what is too much', async () => {
    const measure = async (candidate: string, input: Input) =>
      (await test.host.measurePair(pair('plain', candidate, [input]), plainCall())).answers.examples;
    expect((await measure('wrongOutput', writing('maybe', 'x')))[0]).toBe('file: both answered 0; only the candidate wrote x');
    await expect(measure('plain', writing('maybe', 'x'))).rejects.toMatchObject({
      code: 'input-invalid',
      message: 'Neither build wrote the output x of input file.',
    });
    // The run before what is counted writes it, and no other.
    await expect(measure('plain', writing('once', 'x'))).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(measure('plain', writing('huge', 'x'))).rejects.toMatchObject({
      code: 'baseline-failed',
      message: expect.stringContaining('wrote more than 67108864 bytes into the outputs of input file') as string,
    });
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
