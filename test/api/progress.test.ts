import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServerAdapter } from '@whatwg-node/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEventStream } from '../../cli/api/event-stream.ts';
import { HoneError } from '../../domain/errors.ts';
import type { CycleEvent } from '../../domain/model/cycle.ts';
import { seed } from '../support/seed.ts';
import { type AnyJson, makeTestApi, type TestApi, token } from './support/api.ts';

let api: TestApi;
/** Settles when the store is told that nobody follows any more. */
let followEnded: Promise<void>;
/** What the store throws after its first event. */
let failure: Error | null = null;

async function* failing(events: AsyncIterable<CycleEvent>, error: Error): AsyncGenerator<CycleEvent> {
  for await (const event of events) {
    yield event;
    throw error;
  }
}

beforeAll(async () => {
  api = await makeTestApi((store) => ({
    ...store,
    cycles: {
      ...store.cycles,
      follow: (id, after, signal) => {
        followEnded = new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        const events = store.cycles.follow(id, after, signal);
        return failure === null ? events : failing(events, failure);
      },
    },
  }));
});
afterAll(() => api.close());

const document = `subscription($cycle: ID!, $after: Int = 0) { cycleProgress(cycle: $cycle, afterSequence: $after) {
  cycleRawId sequence stage state message at } }`;
const eventStream = { accept: 'text/event-stream' };

async function* messages(response: Response): AsyncGenerator<AnyJson> {
  for await (const { event, data } of readEventStream(response.body!)) {
    if (event === 'complete') return;
    if (data !== '') yield JSON.parse(data);
  }
}

test('what was recorded comes first, then what is recorded, and the stream completes with the cycle', async () => {
  const running = await (await seed(api.store).target()).cycle();
  for (const sequence of [1, 2, 3]) await running.event(sequence);
  const response = await api.post(document, { cycle: running.cycle.id, after: 1 }, eventStream);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const seen: unknown[] = [];
  for await (const { data } of messages(response)) {
    seen.push(data.cycleProgress.sequence);
    if (seen.length === 2) await running.event(4, 'live');
    if (seen.length === 3) {
      expect(data.cycleProgress).toMatchObject({ cycleRawId: running.cycle.id, stage: 'WINDOWS', state: 'PROGRESS', message: 'live' });
      await running.close('succeeded');
    }
  }
  expect(seen).toEqual([2, 3, 4]);
});

test('a cycle that has ended answers its events and completes', async () => {
  const ended = await (await seed(api.store).target()).cycle();
  await ended.event(1);
  await ended.close('succeeded');
  const seen: unknown[] = [];
  for await (const message of messages(await api.post(document, { cycle: ended.cycle.id }, eventStream))) seen.push(message);
  expect(seen).toHaveLength(1);
});

test('a cycle that is not there is an error with its code', async () => {
  const response = await api.post(document, { cycle: '00000000-0000-4000-8000-000000000000' }, eventStream);
  const text = await response.text();
  expect(text).toContain('"code":"not-found"');
});

test('what breaks on the way is an error of the stream: by its code, or masked', async () => {
  const running = await (await seed(api.store).target()).cycle();
  await running.event(1);
  const seen = async (error: Error) => {
    failure = error;
    const response = await api.post(document, { cycle: running.cycle.id }, eventStream);
    const all: AnyJson[] = [];
    for await (const message of messages(response)) all.push(message);
    failure = null;
    return all.map(({ data, errors }) => (data ? data.cycleProgress.sequence : errors[0].extensions.code));
  };
  expect(await seen(new HoneError('store-unavailable', 'Postgres does not answer.', 'Start it.'))).toEqual([1, 'store-unavailable']);
  expect(await seen(new TypeError('secret'))).toEqual([1, 'internal']);
  expect(api.logged).toMatchObject([{ fields: { err: { message: 'secret' } } }]);
});

test('over a real connection: when the client goes, nobody follows the cycle any more', async () => {
  const running = await (await seed(api.store).target()).cycle();
  await running.event(1);
  const adapter = createServerAdapter((request: Request) => api.fetch(request));
  const server = createServer((request, response) => void adapter.handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const abort = new AbortController();
    const response = await fetch(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`, {
      method: 'POST',
      headers: { ...eventStream, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, variables: { cycle: running.cycle.id } }),
      signal: abort.signal,
    });
    const { value } = await messages(response).next();
    expect(value.data.cycleProgress.sequence).toBe(1);
    abort.abort();
    await followEnded;
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
