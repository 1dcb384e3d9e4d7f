#!/usr/bin/env node
// Bounded open-loop traffic: requests leave at their time whether or not earlier ones were answered.
//
//   traffic.mjs --url URL --facts DIR [--rate N] [--seconds N] [--requests N] [--seed N] [--mix training|held-out]
//
// DIR holds customers.jsonl and products.jsonl. Ends after --requests or --seconds, whichever comes first, or on SIGTERM
// when the answers have come; prints one JSON line.
import { Agent, request as openRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makeRandom } from './traffic/random.mjs';
import { makeRequests, mixNames, readFacts } from './traffic/requests.mjs';

const MAXIMUM_IN_FLIGHT = 128;
const MAXIMUM_SECONDS = 86_400;
const ANSWER_SECONDS = 10;

/** Sends one request. Answers the status, 0 after an error. */
function sendOnce(base, agent, { method, path, headers, body }) {
  return new Promise((done) => {
    const sent = openRequest(base, { agent, method, path, headers, timeout: ANSWER_SECONDS * 1000 }, (response) => {
      response
        .resume()
        .once('end', () => done({ status: response.statusCode }))
        .once('error', () => done({ status: 0 }));
    });
    sent.once('timeout', () => sent.destroy(new Error('no answer')));
    /* A server may close an idle connection at the moment of its next use: nothing was lost, so ask again. */
    sent.once('error', (error) => done({ status: 0, again: sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code) }));
    sent.end(body);
  });
}

function makeBooks() {
  const milliseconds = [];
  const counts = { sent: 0, shed: 0, repeated: 0, errors: 0, byStatusClass: {}, byKind: {} };
  return {
    counts,
    add(kind, status, took) {
      milliseconds.push(took);
      const statusClass = status ? `${Math.floor(status / 100)}xx` : 'none';
      counts.byStatusClass[statusClass] = (counts.byStatusClass[statusClass] ?? 0) + 1;
      counts.byKind[kind] = (counts.byKind[kind] ?? 0) + 1;
      if (status === 0 || status >= 500) counts.errors++;
    },
    summary(seconds) {
      const sorted = milliseconds.toSorted((a, b) => a - b);
      const quantile = (share) => Number((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(3));
      return { ...counts, p50Milliseconds: quantile(0.5), p99Milliseconds: quantile(0.99), seconds: Number(seconds.toFixed(3)) };
    },
  };
}

async function run({ url, facts, rate, seconds, requests, seed, mix }, signal) {
  const next = makeRequests(await readFacts(facts), { mix, seed });
  /* A connection for each request that may be open: with fewer, a slow server would be asked less often. */
  const agent = new Agent({ keepAlive: true, maxSockets: MAXIMUM_IN_FLIGHT, scheduling: 'lifo' });
  const books = makeBooks();
  const random = makeRandom(seed + 3);
  const inFlight = new Set();

  const send = async (request) => {
    const start = performance.now();
    let answer = await sendOnce(url, agent, request);
    if (answer.again) {
      books.counts.repeated++;
      answer = await sendOnce(url, agent, request);
    }
    books.add(request.kind, answer.status, performance.now() - start);
  };

  const start = performance.now();
  let due = start;
  while (!signal.aborted && books.counts.sent < requests && due - start < seconds * 1000) {
    const wait = due - performance.now();
    if (wait > 1) await delay(wait, undefined, { signal }).catch(() => {});
    if (signal.aborted) break;
    /* Times between arrivals are exponential: arrivals do not wait for each other. */
    due += (-Math.log(1 - random()) / rate) * 1000;
    books.counts.sent++;
    if (inFlight.size >= MAXIMUM_IN_FLIGHT) {
      books.counts.shed++;
      continue;
    }
    const sending = send(next()).finally(() => inFlight.delete(sending));
    inFlight.add(sending);
  }
  await Promise.all(inFlight);
  agent.destroy();
  return books.summary((performance.now() - start) / 1000);
}

function readOptions() {
  const names = ['url', 'facts', 'rate', 'seconds', 'requests', 'seed', 'mix'];
  const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
  const number = (name, otherwise) => {
    const value = values[name] === undefined ? otherwise : Number(values[name]);
    if (!(value > 0)) throw new Error(`--${name} is a positive number`);
    return value;
  };
  const { url, facts, mix = 'training' } = values;
  if (!url || !facts) throw new Error('--url and --facts are needed');
  if (!mixNames.includes(mix)) throw new Error(`--mix is one of ${mixNames.join(', ')}`);
  if (values.seconds === undefined && values.requests === undefined) throw new Error('--seconds or --requests is needed: traffic ends');
  return {
    url,
    facts,
    mix,
    rate: number('rate', 100),
    seconds: Math.min(number('seconds', MAXIMUM_SECONDS), MAXIMUM_SECONDS),
    requests: number('requests', Infinity),
    seed: number('seed', 1),
  };
}

const interrupted = new AbortController();
for (const name of ['SIGTERM', 'SIGINT']) process.once(name, () => interrupted.abort());
try {
  console.log(JSON.stringify(await run(readOptions(), interrupted.signal)));
} catch (error) {
  console.error(`traffic: ${error.message}`);
  process.exitCode = 1;
}
