import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import { manifestSchema } from '../../domain/manifest/schema.ts';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import { makeCorpusReader } from '../../traffic/corpus/read-corpus.ts';
import { makeGatewayClient } from '../../traffic/gateway/client.ts';
import {
  epoch,
  eventually,
  folderBlobs,
  grant,
  makeManifest,
  startGatewayProcess,
  startOrigin,
  temporaryDirectory,
  type GatewayProcess,
  type Origin,
} from './support.ts';

const sessionId = asId<SessionId>('refresh/files 1');
const never = new AbortController().signal;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let instance: Origin;
let gateway: GatewayProcess;
let client: GatewayPort;

beforeEach(async () => {
  directory = await temporaryDirectory();
  instance = await startOrigin();
  gateway = await startGatewayProcess(directory.path);
  client = makeGatewayClient(gateway);
});
afterEach(async () => {
  await gateway.stop();
  await instance.close();
  await directory.remove();
});

async function open(files: readonly string[], rules: object = {}): Promise<void> {
  const manifest = manifestSchema.parse({
    ...makeManifest({ collection: { heldOutRequests: 1000 } }),
    mirror: { kind: 'files', files, ...rules },
  });
  await client.openSession({ sessionId, epoch, targetName: 'tiny', targetDirectory: directory.path, manifest });
  await client.setInstances(sessionId, [instance.url]);
}
const line = (index: number, path = `/customers/${index}?email=anna${index}%40acme.example`) =>
  JSON.stringify({ request_method: 'GET', request_uri: path, status: '200', body_bytes_sent: '5', http_cookie: 'sid=Secret1234' });

test('requests of a log train over and over, and others of them are held out, once, de-identified and without a drop', async () => {
  const total = 200;
  await writeFile(join(directory.path, 'access.log'), Array.from({ length: total }, (_, index) => line(index)).join('\n'));
  await open(['access.log']);
  await client.setPhase(sessionId, 'training');
  expect(await client.mirrorOn(sessionId)).toMatchObject({ mirror: 'on' });
  const { counters } = await client.waitUntil(sessionId, 'replayed', 2 * total, 20, never);
  expect(counters.replayed).toBeGreaterThanOrEqual(2 * total);
  await client.setPhase(sessionId, 'held-out');
  await eventually(async () => {
    const trained = new Set(instance.seen.map(({ url }) => url)).size;
    const now = (await client.state(sessionId)).counters;
    return now.heldOut + trained === total && now.waiting === 0;
  }, 'the requests to hold out');
  await client.mirrorOff(sessionId);
  const report = await client.closeSession(sessionId, grant);
  expect(report.counters.dropped).toEqual({});
  const blobs = folderBlobs(join(directory.path, 'blobs'));
  const requests = await makeCorpusReader({ blobs, gateway: client }).requests('heldOut', report.corpus.heldOut.digest);
  const heldOut = requests.map(({ path }) => path);
  expect(new Set(heldOut).size).toBe(heldOut.length);
  const trained = new Set(instance.seen.map(({ url }) => url));
  // Half of them by a fair coin: six standard deviations.
  expect(trained.size).toBeGreaterThan(57);
  expect(trained.size).toBeLessThan(143);
  expect(trained.size + heldOut.length).toBe(total);
  expect(heldOut.filter((path) => trained.has(path))).toEqual([]);
  expect(JSON.stringify([heldOut, instance.seen])).not.toMatch(/anna|acme|Secret/);
  expect(report.comparison.sameStatusClass).toBe(report.comparison.compared);
  expect(report.comparison.compared).toBeGreaterThan(0);
});

test("the manifest's rules choose among them, however a path is written", async () => {
  const paths = ['/shop/a', '/shop/admin/1', '/shop/%61dmin/2', '/shop/x/../admin/3', '/other', '/shop/b'];
  await writeFile(
    join(directory.path, 'access.log'),
    Array.from({ length: 60 }, (_, index) => line(index, paths[index % paths.length])).join('\n'),
  );
  await open(['access.log'], { paths: { include: ['/shop/'], exclude: ['/shop/admin'] } });
  await client.setPhase(sessionId, 'training');
  await client.mirrorOn(sessionId);
  await client.waitUntil(sessionId, 'replayed', 100, 20, never);
  await client.mirrorOff(sessionId);
  expect([...new Set(instance.seen.map(({ url }) => url))].toSorted()).toEqual(['/shop/a', '/shop/b']);
});

test('a file that is not there is named', async () => {
  await open(['nowhere.har']);
  await expect(client.mirrorOn(sessionId)).rejects.toMatchObject({
    code: 'mirror-configuration',
    message: expect.stringContaining(join(directory.path, 'nowhere.har')),
  });
});
