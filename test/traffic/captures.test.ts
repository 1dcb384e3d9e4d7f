import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CapturedEntry } from '../../traffic/mirror/captures/captured.ts';
import { readCapture } from '../../traffic/mirror/captures/read.ts';
import { temporaryDirectory } from './support.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

async function read(name: string, content: string | Buffer): Promise<readonly CapturedEntry[]> {
  const path = join(directory.path, name);
  await writeFile(path, content);
  const entries: CapturedEntry[] = [];
  for await (const entry of readCapture(path)) entries.push(entry);
  return entries;
}
const ten = Date.UTC(2026, 10, 21, 10);
const bodyOf = (entry: CapturedEntry | undefined) => Buffer.from(entry?.request.body ?? []).toString('utf8');

const har = JSON.stringify({
  log: {
    version: '1.2',
    creator: { name: 'WebInspector', version: '537.36' },
    entries: [
      {
        startedDateTime: '2026-11-21T11:00:00.250+01:00',
        request: {
          method: 'POST',
          url: 'https://shop.example/orders?page=2',
          httpVersion: 'http/2.0',
          headers: [
            { name: ':authority', value: 'shop.example' },
            { name: 'Accept', value: '*/*' },
          ],
          postData: { mimeType: 'application/json', text: '{"name":"Zoë"}' },
        },
        response: { status: 201, content: { size: 17, mimeType: 'application/json' }, bodySize: -1 },
      },
      { request: { method: 'GET', url: 'data:text/plain,x', headers: [] }, response: { status: 0 } },
      { request: { method: 'POST', url: 'http://shop.example/raw', headers: [], postData: { text: 'AAH/', encoding: 'base64' } } },
    ],
  },
});

test('an HTTP archive', async () => {
  const [order, none, raw] = await read('browser.har', har);
  expect(order).toMatchObject({
    request: {
      method: 'POST',
      target: '/orders?page=2',
      headers: [
        ['accept', '*/*'],
        ['content-type', 'application/json'],
      ],
    },
    at: Date.UTC(2026, 10, 21, 10, 0, 0, 250),
    answer: { status: 201, bodyBytes: 17 },
  });
  expect(raw?.at).toBeNull();
  expect(bodyOf(order)).toBe('{"name":"Zoë"}');
  expect(none).toBeNull();
  expect([...(raw?.request.body ?? [])]).toEqual([0, 1, 255]);
  expect(raw?.answer).toBeNull();
  expect(await read('packed.har.gz', gzipSync(har))).toHaveLength(3);
});

test("a JSON access log of nginx, by its variables' names or by $request", async () => {
  const lines = [
    '{"time":"2026-11-21T10:00:00+00:00","remote_addr":"198.51.100.7","request_method":"POST","request_uri":"/orders?a=1","status":"201","body_bytes_sent":"17","content_type":"application/json","http_accept_language":"de","http_referer":"","request_body":"{\\"name\\":\\"Zoë\\"}"}',
    '{"request":"GET /products/7?q=chair%20x HTTP/1.1","status":404,"body_bytes_sent":0,"http_user_agent":"curl/8.5.0","http_x_forwarded_for":"-"}',
    'not JSON',
    '{"message":"no request"}',
    '',
  ];
  const [order, product, ...others] = await read('access.log', lines.join('\n'));
  expect(order).toMatchObject({
    request: {
      method: 'POST',
      target: '/orders?a=1',
      headers: expect.arrayContaining([
        ['content-type', 'application/json'],
        ['accept-language', 'de'],
      ]),
    },
    at: ten,
    answer: { status: 201, bodyBytes: 17 },
  });
  expect(product?.at).toBeNull();
  expect(order?.request.headers.map(([name]) => name)).not.toContain('referer');
  expect(bodyOf(order)).toBe('{"name":"Zoë"}');
  expect(product).toMatchObject({ request: { method: 'GET', target: '/products/7?q=chair%20x', headers: [['user-agent', 'curl/8.5.0']] } });
  expect(others).toEqual([null, null]);
});

test("Envoy's default JSON access log", async () => {
  const line =
    '{"start_time":"2026-11-21T10:00:00.000Z","method":"GET","x-envoy-original-path":null,"path":"/products/7?x=1","protocol":"HTTP/1.1","response_code":200,"response_flags":"-","bytes_received":0,"bytes_sent":1154,"duration":4,"upstream_service_time":"3","x_forwarded_for":null,"user_agent":"curl/8.5.0","request_id":"0b6e","authority":"shop.example","upstream_host":"10.0.0.7:80"}';
  expect(await read('envoy.json', `${line}\n${line}`)).toEqual(
    Array.from({ length: 2 }, () => ({
      request: {
        method: 'GET',
        target: '/products/7?x=1',
        headers: [
          ['user-agent', 'curl/8.5.0'],
          ['host', 'shop.example'],
        ],
        body: Buffer.from(''),
      },
      at: ten,
      answer: { status: 200, bodyBytes: 1154 },
    })),
  );
});

test('a GoReplay capture: requests with any bytes, chunked ones too; answers are passed over', async () => {
  const separator = Buffer.from('\n🐵🙈🙉\n');
  const payload = (head: string, body: string | Buffer) => Buffer.concat([Buffer.from(head), Buffer.from(body), separator]);
  const content = Buffer.concat([
    payload(
      '1 932079936fa4306fc308d67588178d17d823647c 1439818823587396305 0\nPOST /upload HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 6\r\n\r\n',
      Buffer.from([0, 255, 10, 13, 10, 1]),
    ),
    payload('2 932079936fa4306fc308d67588178d17d823647c 1439818823587396305 2231\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n', 'ok'),
    payload(
      '1 a1 1439818823587396306 0\nPOST /chunks HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n',
      '5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n',
    ),
    payload('1 a2 - 0\nGET /last?q=1 HTTP/1.1\r\nUser-Agent: curl/8.5.0\r\n\r\n', ''),
  ]);
  const [upload, answer, chunks, last] = await read('capture.gor', content);
  expect(upload?.request).toMatchObject({ method: 'POST', target: '/upload' });
  expect([...(upload?.request.body ?? [])]).toEqual([0, 255, 10, 13, 10, 1]);
  expect(answer).toBeNull();
  expect(bodyOf(chunks)).toBe('hello world');
  expect(upload?.at).toBeCloseTo(1_439_818_823_587.396, 2);
  expect(last?.at).toBeNull();
  expect(last?.request).toMatchObject({ method: 'GET', target: '/last?q=1', headers: [['user-agent', 'curl/8.5.0']] });
});

test.each([
  ['$msec, less what the request took', { msec: '1795255200.350', request_time: '0.100' }, ten + 250],
  ['$time_iso8601: whole seconds, of which nothing is taken', { time_iso8601: '2026-11-21T10:00:00+00:00', request_time: '1.500' }, ten],
  ['$time_local', { time_local: '21/Nov/2026:11:00:00 +0100' }, ten],
  ['seconds as a number', { ts: 1_795_255_200.5 }, ten + 500],
  ['milliseconds', { '@timestamp': 1_795_255_200_500 }, ten + 500],
  ['microseconds', { timestamp: '1795255200500000' }, ten + 500],
  ["a start as Envoy's, whatever else there is", { start_time: '2026-11-21T10:00:00.001Z', time: 'later' }, ten + 1],
  ['none', {}, null],
  ['a time without a zone', { time: '2026-11-21T10:00:00' }, null],
  ['no time', { time: 'yesterday' }, null],
  ['a day that there is not', { time: '2026-13-41T10:00:00Z' }, null],
])('the time of a log line: %s', async (_what, members, at) => {
  const [entry] = await read('times.log', JSON.stringify({ method: 'GET', path: '/', ...members }));
  if (at === null) expect(entry).toMatchObject({ at: null });
  else expect(entry?.at).toBeCloseTo(at, 2);
});

test('entries across the parts in which a file is read', async () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `{"method":"GET","path":"/p/${index}?${'x'.repeat(index % 90)}","status":200}`);
  const entries = await read('long.log', lines.join('\n'));
  expect(entries.map((entry) => entry?.request.target.split('?')[0])).toEqual(lines.map((_, index) => `/p/${index}`));
});

test.each([
  ['no archive', 'x.har', '{"log":{}}'],
  ['no JSON', 'x.har', 'nothing'],
  ['not packed', 'x.log.gz', 'nothing'],
])('%s is refused with the name of the file', async (_what, name, content) => {
  await expect(read(name, content)).rejects.toMatchObject({ code: 'mirror-configuration', message: expect.stringContaining(name) });
});
