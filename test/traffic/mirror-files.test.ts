import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import { manifestSchema } from '../../domain/manifest/schema.ts';
import type { GatewayPort } from '../../domain/ports/gateway.ts';
import { recordedCorpus } from '../../domain/rules/recording.ts';
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
/** Written as requests ended: the later of two came first. */
const second = (index: number) => (index ^ 1) + 1_800_000_000;
const line = (index: number, path = `/customers/${index}?email=anna${index}%40acme.example`) =>
  JSON.stringify({
    msec: `${second(index)}.125`,
    request_method: 'GET',
    request_uri: path,
    status: '200',
    body_bytes_sent: '5',
    http_cookie: 'sid=Secret1234',
  });

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
  const reader = makeCorpusReader({ blobs, gateway: client, scratchRoot: tmpdir() });
  const requests = await reader.requests('heldOut', report.corpus.heldOut.digest);
  const training = await reader.requests('training', report.corpus.training.digest);
  const recorded = recordedCorpus([training, requests]);
  // Each once, a second after the other as production had them, though they were read twice and as fast as they were wanted.
  expect(recorded.requests.map(({ offset }) => offset)).toEqual(Array.from({ length: total }, (_, index) => index * 1000));
  expect(recorded.requests.map(({ request: { place = 0 } }) => (place - 1) ^ 1)).toEqual(
    Array.from({ length: total }, (_, index) => index),
  );
  expect(recorded.recording.perSecond).toBeCloseTo(1);
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

test('a condition that held in production, as the log says, holds in the replay, without its tag', async () => {
  const entry = (uri: string, status: string, rest: object) => JSON.stringify({ request_method: 'GET', request_uri: uri, status, ...rest });
  const tag = { http_if_none_match: '"8f14e45fceea167a"' };
  await writeFile(
    join(directory.path, 'access.log'),
    Array.from({ length: 20 }, (_, index) => [entry(`/same/${index % 3}`, '304', tag), entry(`/new/${index % 3}`, '200', tag)])
      .flat()
      .join('\n'),
  );
  await open(['access.log']);
  await client.setPhase(sessionId, 'training');
  await client.mirrorOn(sessionId);
  await client.waitUntil(sessionId, 'replayed', 40, 20, never);
  await client.mirrorOff(sessionId);
  const tags = (path: string) =>
    new Set(instance.seen.filter(({ url }) => url.startsWith(path)).map(({ headers }) => headers['if-none-match']));
  expect([...tags('/same/')]).toEqual(['*']);
  expect([...tags('/new/')]).toEqual([expect.stringMatching(/^"(?!8f14e45f)[0-9a-f]{16}"$/)]);
});

test('a file that is not there is named', async () => {
  await open(['nowhere.har']);
  await expect(client.mirrorOn(sessionId)).rejects.toMatchObject({
    code: 'mirror-configuration',
    message: expect.stringContaining(join(directory.path, 'nowhere.har')),
  });
});
