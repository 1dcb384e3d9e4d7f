import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type SessionId } from '../../../domain/ids.ts';
import type { SessionCounters } from '../../../domain/model/collection.ts';
import { makeGateway, type Gateway } from '../../../traffic/gateway/gateway.ts';
import { sessionPaths } from '../../../traffic/gateway/session-files.ts';
import type { Mirror, MirrorRoute } from '../../../traffic/mirror/mirror.ts';
import { makeStagePool, type StagePool } from '../../../traffic/stages/pool.ts';
import { startStageWorker } from '../../../traffic/stages/stage-thread.ts';
import { epoch, eventually, folderBlobs, grant, makeManifest, silent, temporaryDirectory } from '../support.ts';

const never = new AbortController().signal;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let pool: StagePool;
let gateway: Gateway;
let worker: Worker;
let route: MirrorRoute | null;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
beforeEach(async () => {
  directory = await temporaryDirectory();
  pool = makeStagePool({ threads: 1, start: () => (worker = startStageWorker()) });
  const mirror: Mirror = {
    prepare: () => Promise.resolve(),
    on: (to) => Promise.resolve(void (route = to)),
    off: () => Promise.resolve(void (route = null)),
  };
  gateway = await makeGateway({
    dataDirectory: directory.path,
    controlSocket: join(directory.path, 'control.sock'),
    gatewayStart: 'test',
    blobs: folderBlobs(join(directory.path, 'blobs')),
    log: silent,
    clock: () => new Date(),
    pool,
    makeMirror: () => mirror,
  });
});
afterEach(async () => {
  agent.destroy();
  await gateway.suspend();
  await pool.close();
  await directory.remove();
});

async function openOn(name: string): Promise<SessionId> {
  const sessionId = asId<SessionId>(name);
  const manifest = makeManifest({ collection: { heldOutRequests: 100_000 }, deidentification: { queueLength: 2000 } });
  await gateway.openSession({ sessionId, epoch, targetName: 'tiny', targetDirectory: directory.path, manifest });
  await gateway.setPhase(sessionId, 'held-out');
  await gateway.mirrorOn(sessionId);
  return sessionId;
}
/** As nginx sends a copy; resolves with the gateway's answer. */
async function copy(index: number): Promise<void> {
  if (route === null) throw new Error('the mirror is off');
  const sent = request({ socketPath: route.intakeSocket, path: `/customers/${index}?email=a${index}%40acme.example`, agent }).end();
  const [answer] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
  answer.resume();
  await once(answer, 'end');
}
const copies = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => copy(index)));
const settled = ({ replayed, heldOut, skipped, failed, dropped }: SessionCounters) =>
  replayed + heldOut + skipped + failed + Object.values(dropped).reduce((sum, count) => sum + count, 0);

test('a thread that is lost: what was in it is counted, the mirror is off, the session fails by name and publishes nothing', async () => {
  const sessionId = await openOn('lost');
  const waiting = gateway.waitUntil(sessionId, 'heldOut', 100_000, 60, never).catch((error: unknown) => error);
  const sent = copies(300);
  await eventually(async () => (await gateway.state(sessionId)).counters.heldOut > 0, 'the first requests');
  await worker.terminate();
  await sent;
  expect(await waiting).toMatchObject({ code: 'stages-lost' });
  await eventually(async () => (await gateway.state(sessionId)).counters.received === 300, 'the last requests');
  const { counters, mirror, mirrorOffBy } = await gateway.state(sessionId);
  expect({ mirror, mirrorOffBy, route }).toEqual({ mirror: 'off', mirrorOffBy: 'stages-lost', route: null });
  expect(counters.waiting).toBe(0);
  expect(settled(counters)).toBe(300);
  expect(counters.dropped['stages-lost']).toBeGreaterThan(0);

  const failed = { code: 'stages-lost', message: expect.stringMatching(/thread .* was lost/) as string };
  await expect(gateway.renewLease(sessionId)).rejects.toMatchObject(failed);
  await expect(gateway.mirrorOn(sessionId)).rejects.toMatchObject(failed);
  await expect(gateway.setPhase(sessionId, 'training')).rejects.toMatchObject(failed);
  await expect(gateway.closeSession(sessionId, grant)).rejects.toMatchObject(failed);
  await expect(stat(sessionPaths(directory.path, sessionId).report)).rejects.toMatchObject({ code: 'ENOENT' });
  await gateway.discardSession(sessionId);

  const next = await openOn('next');
  await copies(5);
  await gateway.waitUntil(next, 'heldOut', 5, 10, never);
  expect((await gateway.closeSession(next, grant)).counters).toMatchObject({ received: 5, heldOut: 5, dropped: {} });
});

test('a session that is closed while requests are in its thread settles every one, and its report has them', async () => {
  const sessionId = await openOn('closed');
  await copies(400);
  const { counters, deidentification, corpus } = await gateway.closeSession(sessionId, grant);
  expect(counters).toMatchObject({ received: 400, waiting: 0 });
  expect(settled(counters)).toBe(400);
  expect(Object.keys(counters.dropped)).toEqual(counters.heldOut === 400 ? [] : ['gateway-stopped']);
  expect(corpus.heldOutRequests).toBe(counters.heldOut);
  const sanitised = deidentification.stages.find(({ stage }) => stage === 'sanitise')?.requests ?? 0;
  // Those that were in the thread at the end have gone through it, and no further.
  expect(sanitised).toBeGreaterThanOrEqual(counters.heldOut);
  expect(sanitised - counters.heldOut).toBeLessThanOrEqual(8);
});
