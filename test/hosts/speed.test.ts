import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { compile } from './support/compile.ts';
import { processesUnder } from './support/processes.ts';
import { makeReplayClient } from '../../traffic/replay/client.ts';
import { makeTestHost, plainCall, serverManifest, type TestHost } from './support/host.ts';
import { manifestSchema } from '../../domain/manifest/schema.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { SpeedRequest } from '../../domain/ports/host.ts';

let test: TestHost;
let folder: string;
let heldOut: BlobRef;
const builds: Record<string, BlobRef> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-speed-'));
  test = await makeTestHost();
  const variants: Record<string, [source: string, ...flags: string[]]> = {
    // A request of it is some milliseconds of work, far more than the driver's.
    slow: ['server.c', '-DWORK=4000000'],
    fast: ['server.c', '-DWORK=400000'],
    // In the second of its turns at the latest.
    crashing: ['server.c', '-DCRASH_AFTER=60'],
    tool: ['tool.c'],
    slowTool: ['tool.c', '-DWORK=40000000'],
  };
  await Promise.all(
    Object.entries(variants).map(async ([name, [source, ...flags]]) => {
      builds[name] = await test.blobs.putFile(await compile(folder, source, name, flags));
    }),
  );
  heldOut = await corpusOf(Array.from({ length: 40 }, (_, index) => (index % 5 === 0 ? `/never/${index}` : `/light?x=${index}`)));
});

afterAll(async () => {
  await test.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Requests that came every 100 ms. */
function corpusOf(paths: readonly string[]): Promise<BlobRef> {
  const requests: CorpusRequest[] = paths.map((path, index) => ({ method: 'GET', path, headers: {}, at: index * 100 }));
  return test.blobs.putBytes(Buffer.from(requests.map((request) => JSON.stringify(request)).join('\n')));
}

function speedOf(baseline: string, candidate: string, more: Partial<SpeedRequest> = {}): SpeedRequest {
  return {
    candidateFirst: true,
    manifest: serverManifest({ more: { evaluation: { requestsPerLeg: 100, speedRequests: 60 }, collection: { concurrency: 3 } } }),
    baseline: { binary: builds[baseline] as BlobRef, libraries: [], elfBuildId: `${baseline}-id` },
    candidate: { binary: builds[candidate] as BlobRef, libraries: [], elfBuildId: `${candidate}-id` },
    sourceArchive: null,
    data: null,
    heldOut,
    measuredEndpoints: ['GET /light', 'GET /never/{id}'],
    ...more,
  };
}

it('sees which build answers more and sooner, each alone on the same core', async () => {
  const speed = await test.host.measureSpeed(speedOf('slow', 'fast'), plainCall());
  const { baseline, candidate, askedPerSecond } = speed;
  expect(speed).toMatchObject({ candidateFirst: true, concurrency: 3, core: (await test.host.pairCores())[1] });
  for (const build of [baseline, candidate]) {
    expect(build).toMatchObject({ lost: 0, serverErrors: 0, latencyRequests: 60 });
    // Two turns of 30, or of half a second each where that is more.
    expect(build.requests).toBeGreaterThan(50);
  }
  expect(candidate.requests / candidate.perSecond).toBeGreaterThanOrEqual(0.9);
  // Ten times the work: much of it is seen on the busiest machine.
  expect(candidate.perSecond / baseline.perSecond).toBeGreaterThan(2);
  expect(askedPerSecond).toBeCloseTo(baseline.perSecond / 2, 6);
  expect(baseline.latency!.p50).toBeGreaterThan(candidate.latency!.p50);
  expect(baseline.latency!.maximum).toBeGreaterThanOrEqual(baseline.latency!.p99);
  expect(baseline.busyShare).toBeGreaterThan(0.2);
  expect(baseline.busyShare).toBeLessThan(1.1);
  expect(baseline.senderLagMilliseconds).not.toBeNull();
  expect(await processesUnder(test.folder)).toBe(0);
});

it('asks only for what the pairs measured', async () => {
  const onlyLight = speedOf('fast', 'fast', { measuredEndpoints: ['GET /light'] });
  // 32 requests remain of 40: too few for two turns of 30 without going round.
  const seen = await test.host.measureSpeed(onlyLight, plainCall());
  expect([seen.baseline.latencyRequests, seen.candidate.latencyRequests]).toEqual([60, 60]);
  const never = speedOf('fast', 'fast', { heldOut: await corpusOf(['/light?x=1']), measuredEndpoints: [] });
  await expect(test.host.measureSpeed(never, plainCall())).rejects.toMatchObject({ code: 'window-empty' });
});

it('blames the build that does not live through it, and leaves nothing running', async () => {
  const worse = test.host.measureSpeed(speedOf('fast', 'crashing', { candidateFirst: false }), plainCall());
  await expect(worse).rejects.toMatchObject({ code: 'evaluation-failed', message: expect.stringContaining('candidate') });
  await expect(test.host.measureSpeed(speedOf('crashing', 'fast'), plainCall())).rejects.toMatchObject({ code: 'baseline-failed' });
  expect(await processesUnder(test.folder)).toBe(0);
});

it.each([true, false])('does not blame the candidate for what both do, whoever was first (candidate: %s)', async (candidateFirst) => {
  const both = test.host.measureSpeed(speedOf('crashing', 'crashing', { candidateFirst }), plainCall());
  await expect(both).rejects.toMatchObject({ code: 'baseline-failed' });
});

it.each(['replay', 'replayOpen'] as const)('ends at once when it is cancelled, in %s too', async (loop) => {
  const stop = new AbortController();
  const client = makeReplayClient();
  const abort = () => void setTimeout(() => stop.abort(new Error('cancelled by the test')), 50);
  const other = await makeTestHost(undefined, {
    replay: (request, signal) => {
      if (loop === 'replay') abort();
      return client.replay(request, signal);
    },
    replayOpen: (request, until, signal) => {
      abort();
      return client.replayOpen(request, until, signal);
    },
  });
  try {
    for (const name of ['slow', 'fast']) await other.blobs.putBytes(await test.blobs.getBytes(builds[name]!.digest));
    await other.blobs.putBytes(await test.blobs.getBytes(heldOut.digest));
    const running = other.host.measureSpeed(speedOf('slow', 'fast'), { signal: stop.signal, progress: () => undefined });
    await expect(running).rejects.toThrow('cancelled by the test');
    expect(await processesUnder(other.folder)).toBe(0);
  } finally {
    await other.remove();
  }
});

it('takes the wall time of the runs of a command', async () => {
  const manifest = manifestSchema.parse({
    target: 'tool',
    build: { command: 'make', binary: 'tool' },
    run: { command: ['{binary}'], stop: { graceSeconds: 1 } },
    drive: { kind: 'command', inputs: [{ name: 'words', arguments: ['a b'], heldOut: true }, { name: 'trained' }] },
    evaluation: { runsPerLeg: 3 },
  });
  const { baseline, candidate, ...shared } = await test.host.measureSpeed(
    speedOf('slowTool', 'tool', { manifest, heldOut: null, measuredEndpoints: ['words'] }),
    plainCall(),
  );
  expect(shared).toMatchObject({ concurrency: 1, askedPerSecond: null });
  expect([baseline.requests, candidate.requests]).toEqual([6, 6]);
  expect(baseline.latency!.p50).toBeGreaterThan(candidate.latency!.p50);
  expect(baseline.perSecond).toBeLessThan(candidate.perSecond);
  expect(baseline.busyShare).toBeLessThan(1.1);
  expect(baseline.senderLagMilliseconds).toBeNull();
});
