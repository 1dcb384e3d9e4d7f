import { join } from 'node:path';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { beforeEach, expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { SessionCounters } from '../../domain/model/collection.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import { makeCorpusReader } from '../../traffic/corpus/read-corpus.ts';
import { useMirroredProduction } from '../support/mirrored-production.ts';
import { epoch, eventually, fetchText, makeManifest, folderBlobs, grant } from './support.ts';

const sessionId = asId<SessionId>('refresh/tiny 1');
const never = new AbortController().signal;

let blobs: BlobPort;
const ground = useMirroredProduction({
  instance: ({ url }) => (url.includes('missing') ? { status: 404, body: '' } : { status: 200, body: 'hello' }),
});
beforeEach(() => void (blobs = folderBlobs(join(ground.directory, 'blobs'))));

const open = (changes: Parameters<typeof makeManifest>[0] = {}) =>
  ground.client.openSession({ sessionId, epoch, targetName: 'tiny', targetDirectory: ground.directory, manifest: makeManifest(changes) });
const include = (name: string) => readFile(join(ground.directory, name), 'utf8');
const ask = async (path: string, options?: Parameters<typeof fetchText>[1]) => fetchText(ground.production.url + path, options);

/**
 * Sends requests until the session's counters are as wanted, or the time is over: nginx leaves out copies that the gateway does not take
 * within 10 ms, which happens on a busy machine and is what it should do.
 */
async function drive(wanted: (counters: SessionCounters) => boolean, send: (index: number) => Promise<unknown>): Promise<SessionCounters> {
  let index = 0;
  await eventually(async () => {
    await send(index++);
    return wanted((await ground.client.state(sessionId)).counters);
  }, 'the mirrored requests');
  return (await ground.client.state(sessionId)).counters;
}

function balanced(counters: SessionCounters): boolean {
  const dropped = Object.values(counters.dropped).reduce((sum, count) => sum + count, 0);
  return counters.received === counters.replayed + counters.heldOut + counters.skipped + counters.failed + dropped + counters.waiting;
}

/** Without the copies that nginx gave up, as it should on a busy machine, and that are counted a few seconds later. */
function handedOver(counters: SessionCounters): SessionCounters {
  const { 'given-up': givenUp = 0, ...dropped } = counters.dropped;
  return { ...counters, received: counters.received - givenUp, dropped };
}

test('mirrored requests reach the instance without what identifies anybody, and the session ends with both corpora', async () => {
  expect(await open()).toMatchObject({ mirror: 'off', mirrorOffBy: 'never-on', mirrorReason: 'never on', phase: 'idle' });
  await ground.client.setInstances(sessionId, [ground.instance.url]);
  expect(await ground.client.mirrorOn(sessionId)).toMatchObject({ mirror: 'on' });
  await ground.client.setPhase(sessionId, 'training');
  const headers = { cookie: 'sid=Secret1234', 'x-forwarded-for': '198.51.100.7' };
  await drive(
    ({ replayed }) => replayed >= 20,
    (index) => ask(`/customers/${index}?email=anna${index}%40acme.example`, { headers }),
  );
  await eventually(async () => (await ground.client.state(sessionId)).counters.waiting === 0, 'the last answers');
  const trained = await ground.client.waitUntil(sessionId, 'replayed', 20, 5, never);
  const { replayed } = trained.counters;
  expect(handedOver(trained.counters)).toMatchObject({ received: replayed, deidentified: replayed, waiting: 0 });
  expect(ground.instance.seen).toHaveLength(replayed);
  expect(JSON.stringify(ground.instance.seen)).not.toMatch(/anna|acme|Secret|198\.51|hone-request/i);

  await ground.client.setPhase(sessionId, 'held-out');
  const { heldOut: heldOutRequests } = await drive(
    ({ heldOut }) => heldOut >= 5,
    () => ask('/search?q=chair+0'),
  );
  expect(ground.instance.seen).toHaveLength(replayed);
  await ground.client.setPhase(sessionId, 'idle');
  await drive(
    ({ skipped }) => skipped >= 1,
    () => ask('/'),
  );

  expect(await ground.client.mirrorOff(sessionId)).toMatchObject({ mirror: 'off', mirrorOffBy: 'asked', mirrorReason: 'asked' });
  expect(await include('http.conf')).toBe('');
  const { counters: atEnd } = await ground.client.state(sessionId);
  await ask('/after');
  const report = await ground.client.closeSession(sessionId, grant);
  expect(handedOver(report.counters)).toEqual(handedOver(atEnd));
  expect(balanced(report.counters)).toBe(true);
  expect(report.corpus).toMatchObject({ trainingRequests: replayed, heldOutRequests });
  const heldOut = await makeCorpusReader({ blobs, gateway: ground.client, scratchRoot: tmpdir() }).requests(
    'heldOut',
    report.corpus.heldOut.digest,
  );
  expect(heldOut[0]?.path).toBe('/search?q=chair+0');
  expect(report.comparison).toMatchObject({
    compared: replayed,
    sameStatusClass: replayed,
    production: { '2xx': replayed },
    replay: { '2xx': replayed },
    meanSizeRatio: 1,
    similarSizeShare: 1,
  });
  expect(report.deidentification.privacy).toMatchObject({ unit: 'customer-in-epoch', release: { detail: 'words' }, withheld: null });
  expect(report.deidentification.stages.map(({ stage }) => stage)).toEqual(['sanitise', 'tokenise', 'structure', 'privacy', 'validate']);
  expect(await ground.client.closeSession(sessionId, grant)).toEqual(report);
  await ground.client.discardSession(sessionId);
  await ground.client.discardSession(sessionId);
  await expect(ground.client.state(sessionId)).rejects.toMatchObject({ code: 'not-found' });
});

test('bodies are mirrored where the manifest says so, within its limit; other methods are not', async () => {
  await open({ mirror: { methods: ['GET', 'POST'], maximumBodyBytes: 100 } });
  await ground.client.setInstances(sessionId, [ground.instance.url]);
  await ground.client.setPhase(sessionId, 'training');
  await ground.client.mirrorOn(sessionId);
  const post = (body: string, method = 'POST') => ask('/orders', { method, headers: { 'content-type': 'application/json' }, body });
  await post('{"email":"anna@acme.example"}');
  await post('{"email":"anna@acme.example"}', 'PUT');
  await post(JSON.stringify({ text: 'x'.repeat(300) }));
  await post(JSON.stringify({ text: 'x'.repeat(3000) }));
  await ground.client.waitUntil(sessionId, 'replayed', 1, 5, never);
  await eventually(
    async () => (await ground.client.state(sessionId)).counters.dropped['body-too-large'] === 1,
    'the large body to be dropped',
  );
  expect(ground.instance.seen.map(({ method, body }) => [method, /^\{"email":"[a-z]{4}@[a-z]{4}\.example"\}$/.test(body)])).toEqual([
    ['POST', true],
  ]);
  expect(ground.origin.seen.filter(({ url }) => url === '/orders')).toHaveLength(4);
});

test('a share of the requests is mirrored', async () => {
  await open({ mirror: { share: 0.25 } });
  await ground.client.mirrorOn(sessionId);
  for (let index = 0; index < 200; index += 1) await ask(`/p/${index}`);
  await ground.client.mirrorOff(sessionId);
  // Also what nginx gave up on a busy machine is counted by then.
  const { received } = (await ground.client.closeSession(sessionId, grant)).counters;
  // Six standard deviations around 50.
  expect(received).toBeGreaterThan(13);
  expect(received).toBeLessThan(87);
});

test('production does not wait for a gateway that is stopped, and none fails when it is dead', async () => {
  await open();
  await ground.client.mirrorOn(sessionId);
  for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
    ground.gateway.process.kill(signal);
    const start = performance.now();
    for (let index = 0; index < 100; index += 1) expect((await ask(`/p/${index}`)).status).toBe(200);
    // 100 requests, of which one a second may wait 10 ms twice.
    expect(performance.now() - start).toBeLessThan(3000);
  }
  await ground.gateway.kill();
  await ground.launchGateway();
  expect(await include('http.conf')).toBe('');
});

test('the mirror turns itself off when nobody renews its lease', async () => {
  await open({ mirror: { leaseSeconds: 1 } });
  await ground.client.mirrorOn(sessionId);
  await ground.client.renewLease(sessionId);
  await eventually(async () => (await ground.client.state(sessionId)).mirror === 'off', 'the lease to run out');
  await eventually(async () => (await include('location.conf')) === '', 'empty includes');
  expect(await ground.client.state(sessionId)).toMatchObject({ mirrorOffBy: 'lease-ran-out', mirrorReason: 'lease ran out' });
  await expect(ground.client.renewLease(sessionId)).rejects.toMatchObject({ code: 'conflict' });
  expect((await ask('/')).status).toBe(200);
});

test('a gateway killed with -9 and started again finds the session, its corpus and its key, with the mirror off', async () => {
  const before = await open();
  await ground.client.setInstances(sessionId, [ground.instance.url]);
  await ground.client.mirrorOn(sessionId);
  await ground.client.setPhase(sessionId, 'training');
  const sameAddress = () => ask('/x?email=anna%40acme.example');
  await drive(({ replayed, waiting }) => replayed >= 10 && waiting === 0, sameAddress);
  await ground.client.setPhase(sessionId, 'held-out');
  let counted = await drive(({ heldOut }) => heldOut >= 1, sameAddress);
  await eventually(async () => {
    counted = (await ground.client.state(sessionId)).counters;
    return (await snapshotHeldOut()) === counted.heldOut;
  }, 'the snapshot');
  await ground.gateway.kill();
  await ground.launchGateway();
  const state = await ground.client.state(sessionId);
  expect(state.gatewayStart).not.toBe(before.gatewayStart);
  expect(state).toMatchObject({ mirror: 'off', mirrorReason: 'never on', phase: 'idle' });
  expect(await include('http.conf')).toBe('');
  expect(handedOver(state.counters)).toEqual(handedOver(counted));

  await ground.client.setInstances(sessionId, [ground.instance.url]);
  await ground.client.setPhase(sessionId, 'training');
  await ground.client.mirrorOn(sessionId);
  await drive((counters) => counters.replayed > counted.replayed && counters.waiting === 0, sameAddress);
  expect(new Set(ground.instance.seen.map(({ url }) => url)).size).toBe(1);
  const report = await ground.client.closeSession(sessionId, grant);
  // A copy may have come after the last look.
  const { replayed } = report.counters;
  expect(replayed).toBeGreaterThan(counted.replayed);
  expect(report.corpus).toMatchObject({ trainingRequests: replayed, heldOutRequests: counted.heldOut });
  expect(
    await makeCorpusReader({ blobs, gateway: ground.client, scratchRoot: tmpdir() }).requests('training', report.corpus.training.digest),
  ).toHaveLength(replayed);
  expect(balanced(report.counters)).toBe(true);
});

async function snapshotHeldOut(): Promise<number> {
  const [name = ''] = await readdir(join(ground.directory, 'gateway', 'sessions'));
  const text = await readFile(join(ground.directory, 'gateway', 'sessions', name, 'snapshot.json'), 'utf8');
  return (JSON.parse(text) as { counters: SessionCounters }).counters.heldOut;
}

test('an instance that does not answer costs failed requests and nothing else', async () => {
  await open();
  await ground.instance.close();
  await ground.client.setInstances(sessionId, [ground.instance.url]);
  await ground.client.setPhase(sessionId, 'training');
  await ground.client.mirrorOn(sessionId);
  await drive(
    ({ failed }) => failed >= 5,
    async () => expect((await ask('/')).status).toBe(200),
  );
  await ground.launchInstance();
  await ground.client.setInstances(sessionId, [ground.instance.url]);
  await drive(
    ({ replayed }) => replayed >= 1,
    () => ask('/'),
  );
});

test('a broken configuration is refused with the words of nginx, and the includes stay as they were', async () => {
  await open();
  const configuration = join(ground.directory, 'nginx.conf');
  const whole = await readFile(configuration, 'utf8');
  await writeFile(configuration, whole.replace('worker_processes', 'worker_process'));
  const error = await ground.client.mirrorOn(sessionId).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'mirror-configuration',
    details: expect.arrayContaining([expect.stringContaining('unknown directive "worker_process"')]),
  });
  expect(await include('http.conf')).toBe('');
  expect((await ask('/')).status).toBe(200);

  await writeFile(
    configuration,
    whole.replace('location / { include location.conf;', 'location = /x { include location.conf; } location / {'),
  );
  await expect(ground.client.mirrorOn(sessionId)).rejects.toMatchObject({
    code: 'mirror-configuration',
    message: expect.stringContaining('no prefix location'),
  });
  await writeFile(configuration, whole.replace('location / { include location.conf;', 'location /api/ { include location.conf;'));
  await ground.client.mirrorOn(sessionId);
  expect(await include('location.conf')).toContain('location = /api/hone-mirror-');
});

test('nginx that is gone: on is refused, off empties the includes', async () => {
  await open();
  await ground.client.mirrorOn(sessionId);
  await ground.production.stop();
  expect(await ground.client.mirrorOff(sessionId)).toMatchObject({ mirror: 'off', mirrorReason: 'asked' });
  expect(await include('http.conf')).toBe('');
  await expect(ground.client.mirrorOn(sessionId)).rejects.toMatchObject({ code: 'mirror-unavailable' });
  expect(await include('http.conf')).toBe('');
  await ground.production.start();
  expect(await ground.client.mirrorOff(sessionId)).toMatchObject({ mirror: 'off' });
});

test('without a gateway the client says what to do', async () => {
  await ground.gateway.stop();
  await expect(ground.client.state(sessionId)).rejects.toMatchObject({
    code: 'gateway-unreachable',
    advice: expect.stringContaining('Start the gateway'),
  });
});

test('waitUntil ends with its time, and with its signal', async () => {
  await open();
  expect((await ground.client.waitUntil(sessionId, 'replayed', 1, 0.05, never)).counters.replayed).toBe(0);
  await expect(ground.client.waitUntil(sessionId, 'replayed', 1, 60, AbortSignal.timeout(50))).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});
