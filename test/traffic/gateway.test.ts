import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import type { CorpusRequest, SessionCounters } from '../../domain/model/collection.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import { makeGatewayClient } from '../../traffic/gateway/client.ts';
import {
  eventually,
  fetchText,
  makeManifest,
  folderBlobs,
  startGatewayProcess,
  startOrigin,
  startProduction,
  temporaryDirectory,
  type GatewayProcess,
  type Origin,
  type Production,
} from './support.ts';

const sessionId = asId<SessionId>('refresh/tiny 1');
const never = new AbortController().signal;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let blobs: BlobPort;
let origin: Origin;
let instance: Origin;
let production: Production;
let gateway: GatewayProcess;
let client: GatewayPort;

beforeEach(async () => {
  directory = await temporaryDirectory();
  blobs = folderBlobs(join(directory.path, 'blobs'));
  origin = await startOrigin();
  instance = await startOrigin(({ url }) => (url.includes('missing') ? { status: 404, body: '' } : { status: 200, body: 'hello' }));
  production = await startProduction(directory.path, origin.port);
  await launch();
});
afterEach(async () => {
  await gateway.stop();
  await production.stop();
  await origin.close();
  await instance.close();
  await directory.remove();
});

async function launch(): Promise<void> {
  gateway = await startGatewayProcess(directory.path);
  client = makeGatewayClient(gateway);
}
const open = (changes: Parameters<typeof makeManifest>[0] = {}) =>
  client.openSession({ sessionId, targetName: 'tiny', targetDirectory: directory.path, manifest: makeManifest(changes) });
const include = (name: string) => readFile(join(directory.path, name), 'utf8');
const ask = async (path: string, options?: Parameters<typeof fetchText>[1]) => fetchText(production.url + path, options);

export function balanced(counters: SessionCounters): boolean {
  const dropped = Object.values(counters.dropped).reduce((sum, count) => sum + count, 0);
  return counters.received === counters.replayed + counters.heldOut + counters.skipped + counters.failed + dropped + counters.waiting;
}

test('mirrored requests reach the instance without what identifies anybody, and the session ends with both corpora', async () => {
  expect(await open()).toMatchObject({ mirror: 'off', mirrorReason: 'never on', phase: 'idle' });
  await client.setInstances(sessionId, [instance.url]);
  expect(await client.mirrorOn(sessionId)).toMatchObject({ mirror: 'on' });
  await client.setPhase(sessionId, 'training');
  for (let index = 0; index < 20; index += 1) {
    await ask(`/customers/${index}?email=anna${index}%40acme.example`, {
      headers: { cookie: 'sid=Secret1234', 'x-forwarded-for': '198.51.100.7' },
    });
  }
  const trained = await client.waitUntil(sessionId, 'replayed', 20, 5, never);
  expect(trained.counters).toMatchObject({ received: 20, deidentified: 20, replayed: 20, waiting: 0 });
  expect(instance.seen).toHaveLength(20);
  expect(JSON.stringify(instance.seen)).not.toMatch(/anna|acme|Secret|198\.51|hone-request/i);

  await client.setPhase(sessionId, 'held-out');
  for (let index = 0; index < 5; index += 1) await ask(`/search?q=chair+${index}`);
  const held = await client.waitUntil(sessionId, 'heldOut', 5, 5, never);
  expect(held.counters.heldOut).toBe(5);
  expect(instance.seen).toHaveLength(20);
  await client.setPhase(sessionId, 'idle');
  await ask('/');
  await eventually(async () => (await client.state(sessionId)).counters.skipped === 1, 'the skipped request');

  expect(await client.mirrorOff(sessionId)).toMatchObject({ mirror: 'off', mirrorReason: 'asked' });
  expect(await include('http.conf')).toBe('');
  await ask('/after');
  const report = await client.closeSession(sessionId);
  expect(report.counters.received).toBe(26);
  expect(balanced(report.counters)).toBe(true);
  expect(report.corpus).toMatchObject({ trainingRequests: 20, heldOutRequests: 5 });
  const heldOut = (await blobs.getBytes(report.corpus.heldOut.digest)).toString().trim().split('\n');
  expect((JSON.parse(heldOut[0] ?? '') as CorpusRequest).path).toBe('/search?q=chair+0');
  expect(report.comparison).toMatchObject({
    compared: 20,
    sameStatusClass: 20,
    production: { '2xx': 20 },
    replay: { '2xx': 20 },
    meanSizeRatio: 1,
    similarSizeShare: 1,
  });
  expect(report.deidentification.keyDestroyedAt).not.toBeNull();
  expect(report.deidentification.stages.map(({ stage }) => stage)).toEqual(['sanitise', 'tokenise', 'structure', 'privacy', 'validate']);
  expect(await client.closeSession(sessionId)).toEqual(report);
  await client.discardSession(sessionId);
  await client.discardSession(sessionId);
  await expect(client.state(sessionId)).rejects.toMatchObject({ code: 'not-found' });
});
