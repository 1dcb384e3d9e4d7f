import { afterEach, expect, test } from 'vitest';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendLoad } from '../../bench/mirror/load.ts';

let server: Server | null = null;
afterEach(async () => {
  server?.closeAllConnections();
  if (server !== null) await new Promise((resolve) => server?.close(resolve));
  server = null;
});

/** Answers each request by its number after so many milliseconds, with a status. */
async function serve(answerOf: (index: number) => { readonly milliseconds: number; readonly status: number }): Promise<string> {
  server = createServer((incoming, outgoing) => {
    const { milliseconds, status } = answerOf(Number(incoming.url?.slice(1)));
    incoming.resume();
    setTimeout(() => outgoing.writeHead(status).end('ok'), milliseconds);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const { signal } = new AbortController();
const get = (index: number) => ({ method: 'GET' as const, path: `/${index}`, body: null });

test('a request that has to wait for the one before counts its wait', async () => {
  const url = await serve((index) => ({ milliseconds: index === 0 ? 300 : 0, status: 200 }));
  const { sent, times } = await sendLoad({ url, requestsPerSecond: 50, seconds: 0.4, connections: 1, requestOf: get, signal });
  expect(sent).toBe(20);
  // Due every 20 ms while the first takes 300: those behind it wait 280, 260, 240 …
  for (const index of [1, 2, 3]) expect(times[index]).toBeGreaterThan(295 - 20 * index);
  expect(times.at(-1)).toBeLessThan(150);
});

test('answers 5xx and broken connections are errors, and the rate goes on', async () => {
  const url = await serve((index) => ({ milliseconds: 0, status: index % 4 === 0 ? 503 : 200 }));
  const { sent, errors } = await sendLoad({ url, requestsPerSecond: 200, seconds: 0.2, connections: 4, requestOf: get, signal });
  expect({ sent, errors }).toEqual({ sent: 40, errors: 10 });
  const nowhere = await sendLoad({
    url: 'http://127.0.0.1:9',
    requestsPerSecond: 100,
    seconds: 0.1,
    connections: 2,
    requestOf: get,
    signal,
  });
  expect(nowhere).toMatchObject({ sent: 10, errors: 10 });
});
