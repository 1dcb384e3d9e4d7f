import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { compile } from './support/compile.ts';
import { processesUnder } from './support/processes.ts';
import { makeReplayClient } from '../../traffic/replay/client.ts';
import { makeTestHost, plainCall, serverManifest } from './support/host.ts';
import type { TestHost } from './support/host.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { PairRequest } from '../../domain/ports/host.ts';

let test: TestHost;
let folder: string;
let heldOut: BlobRef;
const builds: Record<string, BlobRef> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-pair-'));
  test = await makeTestHost();
  const variants: Record<string, string[]> = {
    plain: [],
    // Three times the work, some hundred milliseconds of it: what else the machine does cannot hide it.
    slow: ['-DWORK=240000'],
    fast: ['-DWORK=80000'],
    wrong: ['-DWRONG_ANSWER'],
    crashing: ['-DCRASH_AFTER=150'],
    unclean: ['-DEXIT_CODE=3'],
  };
  await Promise.all(
    Object.entries(variants).map(async ([name, flags]) => {
      builds[name] = await test.blobs.putFile(await compile(folder, 'server.c', name, flags));
    }),
  );
  const requests: CorpusRequest[] = Array.from({ length: 50 }, (_, index) => ({
    method: 'GET',
    path: index % 5 === 0 ? `/heavy/${index}` : `/light?x=${index}`,
    headers: {},
  }));
  heldOut = await test.blobs.putBytes(Buffer.from(requests.map((request) => JSON.stringify(request)).join('\n')));
});

afterAll(async () => {
  await test.remove();
  await rm(folder, { recursive: true, force: true });
});

function pair(baseline: string, candidate: string, more: Partial<PairRequest> = {}): PairRequest {
  const evaluation = { requestsPerLeg: 300, answers: { ignoreJsonFields: ['at'] } };
  return {
    index: 1,
    candidateFirst: false,
    manifest: serverManifest({ more: { evaluation } }),
    baseline: { binary: builds[baseline] as BlobRef, libraries: [], elfBuildId: `${baseline}-id` },
    candidate: { binary: builds[candidate] as BlobRef, libraries: [], elfBuildId: `${candidate}-id` },
    sourceArchive: null,
    data: null,
    heldOut,
    ...more,
  };
}

it.each([false, true])('sees which build needs less CPU time, whatever the coin (candidate first: %s)', async (candidateFirst) => {
  const { pair: measured, answers } = await test.host.measurePair(pair('slow', 'fast', { candidateFirst }), plainCall());
  expect(measured.logRatio).toBeGreaterThan(0.2);
  expect(measured.logRatio).toBeLessThan(2);
  expect(measured.baseline.requests).toBe(300);
  expect(measured.candidate.core).not.toBe(measured.baseline.core);
  expect(measured.candidate.core < measured.baseline.core).toBe(candidateFirst);
  expect(measured.baseline.maximumResidentBytes).toBeGreaterThan(500_000);
  expect(answers).toEqual({ compared: 300, different: 0, examples: [] });
  const { 'GET /heavy/{id}': heavy, 'GET /light': light } = measured.baseline.endpointCpuNanoseconds;
  expect(heavy?.requests).toBe(60);
  expect(light?.requests).toBe(240);
  expect((heavy?.cpuNanoseconds ?? 0) / 60).toBeGreaterThan((3 * (light?.cpuNanoseconds ?? 0)) / 240);
  expect((heavy?.cpuNanoseconds ?? 0) + (light?.cpuNanoseconds ?? 0)).toBe(measured.baseline.cpuNanoseconds);
});

it('compares answers deeply, and names the endpoint that differs', async () => {
  const { answers } = await test.host.measurePair(pair('plain', 'wrong'), plainCall());
  expect(answers.compared).toBe(300);
  expect(answers.different).toBe(60);
  expect(answers.examples[0]).toBe('GET /heavy/{id}: both answered 200, with different bodies');
  expect(answers.examples).toHaveLength(10);
});

/** A server of the tests in JavaScript: the paths given to it are answered with a stream that never ends. */
const streaming = (...paths: string[]) => `#!${process.execPath}
const endless = ${JSON.stringify(paths)};
require('node:http').createServer((request, answer) => {
  if (!endless.some((path) => request.url.startsWith(path))) return answer.end('right');
  const timer = setInterval(() => answer.write('tick'), 20);
  answer.on('close', () => clearInterval(timer));
}).listen(Number(process.argv.at(-1)), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`;

it('leaves out of both legs what the baseline streams for ever, and blames the candidate for what it alone does', async () => {
  const impatient = await makeTestHost(undefined, makeReplayClient({ answerMilliseconds: 500 }));
  try {
    const put = async (text: string, elfBuildId: string) => ({
      binary: await impatient.blobs.putBytes(Buffer.from(text)),
      libraries: [],
      elfBuildId,
    });
    const request = {
      ...pair('plain', 'plain', { manifest: serverManifest({ more: { evaluation: { requestsPerLeg: 300 } } }) }),
      heldOut: await impatient.blobs.putBytes(await test.blobs.getBytes(heldOut.digest)),
      baseline: await put(streaming('/heavy'), 'heavy-streams'),
    };
    const same = { ...request, candidate: await put(streaming('/heavy'), 'heavy-streams-too') };
    const { pair: measured, answers } = await impatient.host.measurePair(same, plainCall());
    expect([measured.baseline.requests, measured.candidate.requests]).toEqual([240, 240]);
    expect(Object.keys(measured.baseline.endpointCpuNanoseconds)).toEqual(['GET /light']);
    expect(measured.baseline.endpointCpuNanoseconds['GET /light']?.cpuNanoseconds).toBe(measured.baseline.cpuNanoseconds);
    expect(answers).toEqual({ compared: 240, different: 0, examples: [] });

    const worse = { ...request, candidate: await put(streaming('/heavy', '/light'), 'all-streams') };
    await expect(impatient.host.measurePair(worse, plainCall())).rejects.toMatchObject({
      code: 'evaluation-failed',
      message: expect.stringContaining('lost 240'),
    });
    const nothing = { ...worse, baseline: await put(streaming('/'), 'only-streams') };
    await expect(impatient.host.measurePair(nothing, plainCall())).rejects.toMatchObject({
      code: 'baseline-failed',
      message: expect.stringContaining('any endpoint in time'),
    });
    expect(await processesUnder(impatient.folder)).toBe(0);
  } finally {
    await impatient.remove();
  }
});

it('gives no figure when a build crashes, exits badly or does not start', async () => {
  await expect(test.host.measurePair(pair('plain', 'crashing'), plainCall())).rejects.toMatchObject({
    code: 'evaluation-failed',
    message: expect.stringMatching(/candidate.*SIGABRT/),
  });
  await expect(test.host.measurePair(pair('unclean', 'plain'), plainCall())).rejects.toMatchObject({
    code: 'baseline-failed',
    message: expect.stringMatching(/baseline.*exit code 3/),
  });
  const missing = await test.blobs.putBytes(Buffer.from('#!/nowhere/at/all\n'));
  const absent = { ...pair('plain', 'plain'), candidate: { binary: missing, libraries: [], elfBuildId: 'absent-id' } };
  await expect(test.host.measurePair(absent, plainCall())).rejects.toMatchObject({
    code: 'evaluation-failed',
    message: expect.stringMatching(/candidate.*absent-id did not start/),
  });
  expect(await processesUnder(test.folder)).toBe(0);
});

it.each([
  { candidateFirst: false, launched: 1 },
  { candidateFirst: true, launched: 2 },
])('starts the second build only when the first is up (candidate first: $candidateFirst)', async ({ candidateFirst, launched }) => {
  const log = join(folder, `launched-${launched}`);
  const manifest = serverManifest();
  const noted = { ...manifest, run: { ...manifest.run, command: ['/bin/sh', '-c', `echo up >> ${log}; exec {binary} --port {port}`] } };
  const missing = await test.blobs.putBytes(Buffer.from('#!/nowhere/at/all\n'));
  const request = {
    ...pair('plain', 'plain', { candidateFirst, manifest: noted }),
    baseline: { binary: missing, libraries: [], elfBuildId: 'absent-id' },
  };
  await expect(test.host.measurePair(request, plainCall())).rejects.toThrow('absent-id did not start');
  expect(await readFile(log, 'utf8')).toBe('up\n'.repeat(launched));
  expect(await processesUnder(test.folder)).toBe(0);
});

it.each([{ candidateFirst: false }, { candidateFirst: true }])(
  'does not blame the candidate for what both builds do (candidate first: $candidateFirst)',
  async ({ candidateFirst }) => {
    for (const build of ['crashing', 'unclean']) {
      await expect(test.host.measurePair(pair(build, build, { candidateFirst }), plainCall())).rejects.toMatchObject({
        code: 'baseline-failed',
      });
    }
    const missing = await test.blobs.putBytes(Buffer.from('#!/nowhere/at/all\n'));
    const absent = { binary: missing, libraries: [], elfBuildId: 'absent-id' };
    const request = { ...pair('plain', 'plain', { candidateFirst }), baseline: absent, candidate: absent };
    await expect(test.host.measurePair(request, plainCall())).rejects.toMatchObject({ code: 'baseline-failed' });
    expect(await processesUnder(test.folder)).toBe(0);
  },
);

it('stops both builds when it is cancelled', async () => {
  const controller = new AbortController();
  const request = pair('slow', 'slow', { manifest: serverManifest({ more: { evaluation: { requestsPerLeg: 1_000_000 } } }) });
  const measured = test.host.measurePair(request, {
    signal: controller.signal,
    progress: (text) => text === 'pair 1' && controller.abort(new Error('enough')),
  });
  await expect(measured).rejects.toThrow('enough');
  expect(await processesUnder(test.folder)).toBe(0);
});
