import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServerAdapter } from '@whatwg-node/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Digest } from '../../domain/ids.ts';
import { seed } from '../support/seed.ts';
import { makeTestApi, type TestApi, token } from './support/api.ts';

let api: TestApi;
let digest: Digest;
let secret: Digest;
let library: Digest;
/** Larger than one chunk of a stream, and not all alike. */
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251));

beforeAll(async () => {
  api = await makeTestApi();
  const binary = await api.blobs.putBytes(content);
  ({ digest } = binary);
  ({ digest: secret } = await api.blobs.putBytes(Buffer.from('a corpus: nobody may download it')));
  const { target } = await seed(api.store).target('shop');
  const [sample] = [await (await seed(api.store).target('shop')).build('baseline')];
  const { id: _id, createdAt: _createdAt, ...build } = sample;
  const file = await api.blobs.putBytes(Buffer.from('a shared object'));
  ({ digest: library } = file);
  const libraries = [
    { path: 'lib/other.so', file: { digest: 'f'.repeat(64) as Digest, sizeBytes: 1 }, elfBuildId: 'ef' },
    { path: 'lib/libx.so', file, elfBuildId: 'ab' },
  ];
  await api.store.builds.save({ ...build, targetId: target.id, key: digest, binary, libraries });
});
afterAll(() => api.close());

const body = async (response: Response) => Buffer.from(await response.arrayBuffer());

test('the whole artefact, with what proves it', async () => {
  const response = await api.get(`/artefacts/${digest}`);
  expect(response.status).toBe(200);
  expect((await body(response)).equals(content)).toBe(true);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    etag: `"${digest}"`,
    'content-length': '300000',
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${digest}"`,
    'accept-ranges': 'bytes',
    'repr-digest': `sha-256=:${createHash('sha256').update(content).digest('base64')}:`,
  });
});

test('a library of a build is one, too', async () => {
  const response = await api.get(`/artefacts/${library}`);
  expect([response.status, (await body(response)).toString()]).toEqual([200, 'a shared object']);
});

test('HEAD says the same without the content', async () => {
  const response = await api.get(`/artefacts/${digest}`, { range: 'bytes=0-9' }, 'HEAD');
  expect([response.status, response.headers.get('content-length'), (await body(response)).length]).toEqual([200, '300000', 0]);
});

test.each([
  ['bytes=0-0', 0, 0],
  ['bytes=100000-200000', 100_000, 200_000],
  ['bytes=299999-', 299_999, 299_999],
  ['bytes=299990-999999999', 299_990, 299_999],
  ['bytes=-5', 299_995, 299_999],
  ['bytes=-999999999', 0, 299_999],
])('the range %s', async (range, start, end) => {
  const response = await api.get(`/artefacts/${digest}`, { range });
  expect(response.status).toBe(206);
  expect(response.headers.get('content-range')).toBe(`bytes ${String(start)}-${String(end)}/300000`);
  expect(response.headers.get('content-length')).toBe(String(end - start + 1));
  expect((await body(response)).equals(content.subarray(start, end + 1))).toBe(true);
});

test.each(['bytes=300000-', 'bytes=-0'])('the range %s is outside', async (range) => {
  const response = await api.get(`/artefacts/${digest}`, { range });
  expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */300000']);
});

test.each(['bytes=5-4', 'bytes=0-1,5-6', 'lines=1-2', 'bytes=-', 'nonsense'])('the range %s is ignored', async (range) => {
  const response = await api.get(`/artefacts/${digest}`, { range });
  expect([response.status, (await body(response)).length]).toEqual([200, 300_000]);
});

test('a range of another version of the content is ignored', async () => {
  const stale = await api.get(`/artefacts/${digest}`, { range: 'bytes=0-1', 'if-range': '"other"' });
  const current = await api.get(`/artefacts/${digest}`, { range: 'bytes=0-1', 'if-range': `"${digest}"` });
  expect([(await body(stale)).length, (await body(current)).length]).toEqual([300_000, 2]);
});

test.each([(etag: string) => etag, (etag: string) => `"a", W/${etag}`, () => '*'])('who has it gets 304', async (header) => {
  const response = await api.get(`/artefacts/${digest}`, { 'if-none-match': header(`"${digest}"`) });
  expect([response.status, response.headers.get('etag'), (await body(response)).length]).toEqual([304, `"${digest}"`, 0]);
  expect((await api.get(`/artefacts/${digest}`, { 'if-none-match': '"other"' })).status).toBe(200);
});

test('only what a profile version or a build names can be had', async () => {
  const paths = [secret, 'f'.repeat(64), digest.toUpperCase(), `${digest}/`, '..%2f..%2fetc', ''];
  for (const path of paths) expect((await api.get(`/artefacts/${path}`)).status, path).toBe(404);
  expect((await api.get(`/artefacts/${digest}`, {}, 'DELETE')).status).toBe(405);
});

test('a named artefact whose content is gone says so', async () => {
  const { version } = await (await seed(api.store).target('lost')).loop();
  const response = await api.get(`/artefacts/${version.profile.digest}`);
  expect([response.status, await response.json()]).toMatchObject([404, { error: { code: 'blob-missing' } }]);
});

test('over a real connection: whole, a part, and the head alone', async () => {
  const adapter = createServerAdapter((request: Request) => api.fetch(request));
  const server = createServer((request, response) => void adapter.handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/artefacts/${digest}`;
  const authorization = `Bearer ${token}`;
  try {
    expect((await body(await fetch(url, { headers: { authorization } }))).equals(content)).toBe(true);
    const part = await fetch(url, { headers: { authorization, range: 'bytes=131070-131075' } });
    expect([part.status, (await body(part)).equals(content.subarray(131_070, 131_076))]).toEqual([206, true]);
    const head = await fetch(url, { method: 'HEAD', headers: { authorization } });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '300000']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
