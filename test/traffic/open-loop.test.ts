import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Arrival, Ending } from '../../domain/ports/replay.ts';
import { makeReplayClient } from '../../traffic/replay/client.ts';
import { startOrigin, startStreamingOrigin } from './support.ts';

const never = new AbortController().signal;

function arrivals(list: readonly (readonly [at: number, path: string, session?: string])[]): () => Arrival | null {
  const left = list.map(([at, path, session]): Arrival => ({
    at,
    request: { method: 'GET', path, headers: {} },
    session: session ?? null,
  }));
  return () => left.shift() ?? null;
}

async function replay(port: number, list: Parameters<typeof arrivals>[0], mostInFlight = 50) {
  const endings: Ending[] = [];
  const client = makeReplayClient({ openAnswerMilliseconds: 2000 });
  const result = await client.replayOpen(
    { port, next: arrivals(list), mostInFlight, onDue: () => undefined, onEnd: (ending) => endings.push(ending) },
    never,
    never,
  );
  return { endings, result };
}

test('requests go when their time has come, whatever became of those before', async () => {
  const origin = await startOrigin(undefined, 300);
  const began = performance.now();
  const { endings, result } = await replay(
    origin.port,
    [...Array(10).keys()].map((index) => [index * 5, `/${index}`] as const),
  );
  // One after the other they would have taken ten times as long.
  expect(performance.now() - began).toBeLessThan(2500);
  expect(result.mostInFlight).toBeGreaterThan(5);
  expect(endings.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(origin.seen.map(({ url }) => url).toSorted()).toEqual([...Array(10).keys()].map((index) => `/${index}`));
  await origin.close();
});

test('no request goes before its time, however fine that is', async () => {
  const origin = await startOrigin();
  const { endings } = await replay(
    origin.port,
    Array.from({ length: 300 }, (_, index) => [index * 1.7 + 0.3, `/${index}`] as const),
  );
  expect(endings).toHaveLength(300);
  expect(Math.min(...endings.map(({ senderLag }) => senderLag ?? 0))).toBeGreaterThanOrEqual(0);
  expect(Math.min(...endings.map(({ latency }) => latency))).toBeGreaterThan(0);
  await origin.close();
});

test('the requests of a session follow each other, and what the wait cost is in their latency', async () => {
  const origin = await startOrigin(undefined, 60);
  const list = [
    [0, '/a1', 'a'],
    [1, '/b1', 'b'],
    [2, '/a2', 'a'],
    [3, '/a3', 'a'],
    [4, '/b2', 'b'],
  ] as const;
  const { endings } = await replay(origin.port, list);
  const order = (session: string) => origin.seen.map(({ url }) => url).filter((url) => url.startsWith(`/${session}`));
  expect(order('a')).toEqual(['/a1', '/a2', '/a3']);
  expect(order('b')).toEqual(['/b1', '/b2']);
  // The third of a session waits for two answers of 60 ms: counted from its own time, and not from when it could be sent.
  expect(Math.max(...endings.map(({ latency }) => latency))).toBeGreaterThanOrEqual(170);
  expect(endings.filter(({ senderLag }) => senderLag === null)).toHaveLength(3);
  await origin.close();
});

test('beyond the limit of those in flight requests wait, and their latency counts on', async () => {
  const origin = await startOrigin(undefined, 50);
  const { endings, result } = await replay(
    origin.port,
    [...Array(6).keys()].map((index) => [0, `/${index}`] as const),
    2,
  );
  expect(result.mostInFlight).toBe(2);
  expect(endings).toHaveLength(6);
  expect(Math.max(...endings.map(({ latency }) => latency))).toBeGreaterThanOrEqual(140);
  await origin.close();
});

test('a stop ends what is not sent and waits for what is; an abort ends all at once', async () => {
  const origin = await startOrigin(undefined, 120);
  const list = [...Array(8).keys()].map((index) => [0, `/${index}`] as const);
  const stop = new AbortController();
  const client = makeReplayClient();
  const endings: Ending[] = [];
  const request = (next: () => Arrival | null) => ({
    port: origin.port,
    next,
    mostInFlight: 2,
    onDue: () => undefined,
    onEnd: (ending: Ending) => void endings.push(ending),
  });
  const stopped = client.replayOpen(request(arrivals(list)), stop.signal, never);
  await delay(60);
  stop.abort();
  expect(await stopped).toEqual({ unsent: 6, mostInFlight: 2 });
  expect(endings.map(({ status }) => status)).toEqual([200, 200]);

  const abort = new AbortController();
  const aborted = client.replayOpen(request(arrivals([...list, [60_000, '/late']])), never, abort.signal);
  await delay(30);
  const began = performance.now();
  abort.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  expect(performance.now() - began).toBeLessThan(100);
  expect(endings).toHaveLength(2);
  await origin.close();
});

test('answers that never end are late, and a server that is not there breaks', async () => {
  const origin = await startStreamingOrigin();
  const { endings } = await replay(origin.port, [
    [0, '/events'],
    [0, '/hello'],
  ]);
  expect(endings.map(({ status }) => status)).toEqual([200, 'late']);
  await origin.close();
  expect((await replay(9, [[0, '/']])).endings.map(({ status }) => status)).toEqual(['broken']);
});
