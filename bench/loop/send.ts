import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import { exchange } from '../../traffic/replay/exchange.ts';

/**
 * The workload of by-hand.sh: waits until the server answers, then sends a corpus once, evenly over so many seconds. Fails when a request is lost.
 *
 *   send.ts --corpus FILE --port N --seconds N --connections N
 */
const names = ['corpus', 'port', 'seconds', 'connections'] as const;
const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])) });
const given = names.map((name) => values[name] ?? '');
const corpus = given[0]!;
const [port, seconds, connections] = given.slice(1).map(Number) as [number, number, number];
const readySeconds = 15;
const limitMilliseconds = 30_000;

const text = await readFile(corpus, 'utf8');
const requests = text
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as CorpusRequest);
const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 });

const until = performance.now() + readySeconds * 1000;
const ready: CorpusRequest = { method: 'GET', path: '/healthz', headers: {} };
for (;;) {
  const answer = await exchange(pool, ready, { limitMilliseconds }).catch(() => null);
  if (answer?.status === 200) break;
  if (performance.now() > until) throw new Error(`Nothing answered on port ${port} within ${readySeconds} s.`);
  await delay(20);
}

const start = performance.now();
const sending: Promise<unknown>[] = [];
for (const [index, request] of requests.entries()) {
  const wait = start + (index / requests.length) * seconds * 1000 - performance.now();
  if (wait > 1) await delay(wait);
  sending.push(exchange(pool, request, { limitMilliseconds }));
}
await Promise.all(sending);
await pool.close();
