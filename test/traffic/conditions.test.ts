import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import { makeBooks } from '../../traffic/gateway/books.ts';
import { makeComparison } from '../../traffic/gateway/comparison.ts';
import { answeredAlike } from '../../traffic/gateway/conditions.ts';
import { asOfNow } from '../../traffic/replay/as-of-now.ts';
import { makeFlow } from '../../traffic/gateway/flow.ts';
import { makeReplayClient } from '../../traffic/replay/client.ts';
import { stagesAtOnce } from './stages-at-once.ts';

type Headers = Readonly<Record<string, string>>;

const pseudonym = '"0a1b2c3d"';
const hourAfter = 'Fri, 20 Nov 2026 11:00:00 GMT';
const longAgo = 'Thu, 01 Jan 1970 00:00:00 GMT';
const alike = (status: number | null, headers: Headers, { method = 'GET', raw = '"8f14e45f"' } = {}): Headers =>
  answeredAlike(
    { method, path: '/', headers },
    { method, target: '/', headers: Object.keys(headers).map((name) => [name, raw]), body: new Uint8Array() },
    status,
  ).headers;

test.each([
  ['not modified', 304, 'if-none-match', 'GET', '*'],
  ['changed since', 200, 'if-none-match', 'GET', pseudonym],
  ['nobody knows', null, 'if-none-match', 'GET', pseudonym],
  ['there already', 412, 'if-none-match', 'PUT', '*'],
  ['refused for another reason', 412, 'if-none-match', 'GET', pseudonym],
  ['written', 204, 'if-match', 'PUT', '*'],
  ['written by another in between', 412, 'if-match', 'PUT', pseudonym],
  ['a part of what it was', 206, 'if-range', 'GET', undefined],
  ['the whole of what it is now', 200, 'if-range', 'GET', pseudonym],
] as const)('%s: %s of production makes of %s of a %s %s', (_what, status, name, method, expected) => {
  expect(alike(status, { accept: '*/*', [name]: pseudonym }, { method })).toEqual({
    accept: '*/*',
    ...(expected === undefined ? {} : { [name]: expected }),
  });
});

test.each([
  ['not modified', 304, 'if-modified-since', 'GET', asOfNow],
  ['changed since', 200, 'if-modified-since', 'GET', longAgo],
  ['not there any more', 404, 'if-modified-since', 'GET', longAgo],
  ['nobody knows', null, 'if-modified-since', 'GET', hourAfter],
  ['written', 204, 'if-unmodified-since', 'PUT', asOfNow],
  ['written by another in between', 412, 'if-unmodified-since', 'PUT', longAgo],
] as const)('%s: %s of production makes of the date of %s of a %s %s', (_what, status, name, method, expected) => {
  expect(alike(status, { [name]: hourAfter }, { method, raw: 'Fri, 20 Nov 2026 10:12:13 GMT' })).toEqual({ [name]: expected });
});

test('a tag that the manifest keeps is the instance to compare', () => {
  expect(alike(304, { 'if-none-match': pseudonym }, { raw: pseudonym })).toEqual({ 'if-none-match': pseudonym });
});

/** A file that was laid down just now, as Apache compares it: a date that is yet to come is none. */
const changedAt = new Date();
function isUnchanged(since: string | undefined): boolean {
  const time = Date.parse(since ?? '');
  return time >= Math.floor(changedAt.getTime() / 1000) * 1000 && time <= Date.now();
}

/** Answers with its own tags, which nobody else has. */
const server = createServer(({ headers, url: path }, answer) => {
  const etag = '"instance"';
  if (path?.startsWith('/file') === true) return void answer.writeHead(isUnchanged(headers['if-modified-since']) ? 304 : 200).end();
  const asked = headers['if-none-match'];
  if (asked === '*' || asked === etag) answer.writeHead(304, { etag }).end();
  else answer.writeHead(200, { etag }).end('hello');
});
let url = '';
beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.close();
  await once(server, 'close');
});

test('what production answered with 304 the instance does too, also when that is known late; no tag leaves', async () => {
  const kept: CorpusRequest[] = [];
  const [books, comparison] = [makeBooks(), makeComparison()];
  const flow = makeFlow({
    books,
    stages: stagesAtOnce(),
    comparison,
    queueLength: 6,
    concurrency: 2,
    heldOutRequests: 1,
    conditionMilliseconds: 200,
    keep: (_kind, request) => kept.push(request) > 0,
  });
  flow.setInstances([url]);
  await flow.setPhase('training');
  const get = (requestId: string, headers: Headers = { 'if-none-match': 'W/"8f14e45fceea167a"' }) =>
    flow.accept({ method: 'GET', target: `/${requestId}`, headers: Object.entries(headers), body: new Uint8Array(), requestId });
  comparison.production('early', { status: 304, bodyBytes: 0 });
  for (const id of ['early', 'late', 'changed', 'unanswered']) get(id);
  get('plain', {});
  await vi.waitFor(() => expect(books.counters().replayed).toBe(2));
  for (const id of ['waits', 'waits-too', 'waits-as-well', 'too-many']) get(id);
  expect(books.counters()).toMatchObject({ waiting: 6, dropped: { 'queue-full': 1 } });
  comparison.production('late', { status: 304, bodyBytes: 0 });
  comparison.production('changed', { status: 200, bodyBytes: 5 });
  await vi.waitFor(() => expect(books.counters().replayed).toBeGreaterThanOrEqual(4));
  await vi.waitFor(() => expect(books.counters().replayed).toBe(8), 2000);
  comparison.production('unanswered', { status: 200, bodyBytes: 5 });
  get('last');
  await flow.close('gateway-stopped');
  expect(books.counters()).toMatchObject({ waiting: 0, dropped: { 'queue-full': 1, 'gateway-stopped': 1 } });
  const tags = Object.fromEntries(kept.map(({ path, headers }) => [path.slice(1), headers['if-none-match']]));
  expect([tags['early'], tags['late'], tags['plain']]).toEqual(['*', '*', undefined]);
  expect(tags['changed']).toMatch(/^W\/"(?!8f14e45f)[0-9a-f]{16}"$/);
  expect(tags['unanswered']).toBe(tags['changed']);
  expect(comparison.totals()).toMatchObject({ compared: 4, sameStatusClass: 4, replay: { '3xx': 2, '2xx': 2 } });
});

test('what had not changed since a date has not at the instance either, though its files are younger; nor when it is sent again', async () => {
  const kept: CorpusRequest[] = [];
  const [books, comparison] = [makeBooks(), makeComparison()];
  const keep = (_kind: string, request: CorpusRequest) => kept.push(request) > 0;
  const flow = makeFlow({ books, stages: stagesAtOnce(), comparison, queueLength: 6, concurrency: 2, heldOutRequests: 1, keep });
  flow.setInstances([url]);
  await flow.setPhase('training');
  for (const [requestId, status] of [
    ['file-same', 304],
    ['file-other', 200],
  ] as const) {
    comparison.production(requestId, { status, bodyBytes: 0 });
    const headers: [string, string][] = [['if-modified-since', new Date(changedAt.getTime() - 86_400_000).toUTCString()]];
    flow.accept({ method: 'GET', target: `/${requestId}`, headers, body: new Uint8Array(), requestId });
  }
  await vi.waitFor(() => expect(books.counters().replayed).toBe(2));
  await flow.close('gateway-stopped');
  expect(comparison.totals()).toMatchObject({ compared: 2, sameStatusClass: 2, replay: { '3xx': 1, '2xx': 1 } });
  const statuses = new Map<string, number>();
  const { port } = server.address() as AddressInfo;
  await makeReplayClient().replay(
    { port, requests: kept, concurrency: 1, onAnswer: (index, status) => void statuses.set(kept[index]?.path ?? '', status) },
    new AbortController().signal,
  );
  expect(Object.fromEntries(statuses)).toEqual({ '/file-same': 304, '/file-other': 200 });
});
