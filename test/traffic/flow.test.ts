import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import type { CorpusRequest, SessionCounters } from '../../domain/model/collection.ts';
import { makeBooks } from '../../traffic/gateway/books.ts';
import { makeComparison } from '../../traffic/gateway/comparison.ts';
import { makeFlow } from '../../traffic/gateway/flow.ts';
import { makeReplayClient } from '../../traffic/replay/client.ts';
import { stagesAtOnce } from './stages-at-once.ts';
import { startOrigin, startStreamingOrigin } from './support.ts';

function balance({ received, replayed, heldOut, skipped, failed, waiting, dropped }: SessionCounters): number {
  return received - replayed - heldOut - skipped - failed - waiting - Object.values(dropped).reduce((sum, count) => sum + count, 0);
}

test('the corpus has when a request arrived and whose it is, by a key that says nothing of the customer', async () => {
  const kept: CorpusRequest[] = [];
  const books = makeBooks();
  const flow = makeFlow({
    books,
    stages: stagesAtOnce(),
    comparison: makeComparison(),
    queueLength: 10,
    concurrency: 1,
    heldOutRequests: 10,
    openedAt: 1_000_000,
    keep: (_kind, request) => kept.push(request) > 0,
  });
  await flow.setPhase('held-out');
  const accept = (cookie: string | null, arrivedAt?: number) =>
    flow.accept({
      method: 'GET',
      target: '/p',
      headers: cookie === null ? [] : [['cookie', cookie]],
      body: Buffer.from(''),
      requestId: null,
      ...(arrivedAt === undefined ? {} : { arrivedAt }),
    });
  accept('sid=8f14e45fceea167a5a36dedd4bea2543', 1_000_250);
  accept('sid=c9f0f895fb98ab9159f51fd0297e236d', 1_000_260);
  accept('sid=8f14e45fceea167a5a36dedd4bea2543', 1_000_900);
  accept(null);
  await vi.waitFor(() => expect(books.counters().heldOut).toBe(4));
  await flow.close('gateway-stopped');
  expect(kept.map(({ at }) => at)).toEqual([250, 260, 900, undefined]);
  const [first, other, again, nobody] = kept.map(({ session }) => session);
  expect(first).toMatch(/^[\w-]{16}$/);
  expect([again === first, other === first, nobody]).toEqual([true, false, undefined]);
  expect(JSON.stringify(kept)).not.toMatch(/8f14e45f|c9f0f895/);
});

test('several instances share the requests; a session stays with one, in its order', async () => {
  const origins = [await startOrigin(undefined, 20), await startOrigin(undefined, 5)];
  const books = makeBooks();
  const sessions: string[] = [];
  const flow = makeFlow({
    books,
    stages: stagesAtOnce(),
    comparison: makeComparison(),
    queueLength: 200,
    concurrency: 1,
    heldOutRequests: 1,
    keep: (_kind, { session }) => sessions.push(session ?? '-') > 0,
  });
  flow.setInstances(origins.map(({ url }) => url));
  void flow.setPhase('training');
  const cookies = [...Array(12).keys()].map((index) => `sid=${createHash('md5').update(`customer ${index}`).digest('hex')}`);
  for (let index = 0; index < 96; index += 1) {
    const cookie = cookies[index % 16];
    const headers = cookie === undefined ? [] : [['cookie', cookie] as const];
    flow.accept({ method: 'GET', target: `/p/${index}`, headers, body: new Uint8Array(), requestId: null });
  }
  await vi.waitFor(() => expect(books.counters().replayed).toBe(96), 20_000);
  await flow.close('gateway-stopped');
  const seenBy = origins.map(({ seen }) => Map.groupBy(seen, ({ headers }) => headers.cookie ?? 'nobody'));
  for (const [cookie, requests] of seenBy.flatMap((one) => [...one]).filter(([name]) => name !== 'nobody')) {
    expect(requests, cookie).toHaveLength(6);
    const order = requests.map(({ url }) => Number(url.slice('/p/'.length)));
    expect(order).toEqual(order.toSorted((left, right) => left - right));
  }
  // Twelve sessions and requests of nobody come to both; nobody's go where there is room.
  for (const one of seenBy) expect(one.size).toBeGreaterThan(1);
  expect(new Set(sessions).size).toBe(13);
  await Promise.all(origins.map((origin) => origin.close()));
});

test('the books balance at any moment, whatever happens in whatever order', async () => {
  const origin = await startOrigin();
  const step = fc.constantFrom(
    'request',
    'request',
    'request',
    'identifier',
    'image',
    'large',
    'idle',
    'training',
    'held-out',
    'instance',
    'dead',
    'none',
    'turn',
  );
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), fc.boolean(), async (steps, later) => {
        const books = makeBooks();
        const flow = makeFlow({
          books,
          stages: stagesAtOnce(2, later),
          comparison: makeComparison(),
          queueLength: 4,
          concurrency: 2,
          heldOutRequests: 3,
          keep: () => true,
        });
        const accept = (target: string, type?: string) =>
          flow.accept({
            method: 'POST',
            target,
            headers: type === undefined ? [] : [['content-type', type]],
            body: Buffer.from(type === undefined ? '' : 'x'),
            requestId: null,
          });
        const watched: number[] = [];
        books.onSettled(() => void watched.push(balance(books.counters())));
        for (const one of steps) {
          if (one === 'request') accept('/p/1');
          else if (one === 'identifier') accept('/p/a%2540b.example');
          else if (one === 'image') accept('/p', 'image/png');
          else if (one === 'large') flow.refuse('body-too-large', null);
          else if (one === 'instance') flow.setInstances([origin.url]);
          else if (one === 'dead') flow.setInstances(['http://127.0.0.1:9']);
          else if (one === 'none') flow.setInstances([]);
          else if (one === 'turn') await new Promise((resolve) => setImmediate(resolve));
          else void flow.setPhase(one);
          watched.push(balance(books.counters()));
        }
        await flow.close('gateway-stopped');
        expect(watched.every((difference) => difference === 0)).toBe(true);
        expect(books.counters().waiting).toBe(0);
        expect(balance(books.counters())).toBe(0);
        expect(books.counters().received).toBe(steps.filter((one) => ['request', 'identifier', 'image', 'large'].includes(one)).length);
      }),
      { numRuns: 60 },
    );
  } finally {
    await origin.close();
  }
});

test('what waits behind a slow request is bounded, in its order, and counted when it is dropped', async () => {
  const books = makeBooks();
  const kept: (number | undefined)[] = [];
  const inStages: { readonly target: string; finish(): void }[] = [];
  const flow = makeFlow({
    books,
    stages: {
      capacity: 2,
      run: ({ target }, settle) =>
        void inStages.push({ target, finish: () => settle({ request: { method: 'GET', path: target, headers: {} } }) }),
    },
    comparison: makeComparison(),
    queueLength: 100,
    concurrency: 1,
    heldOutRequests: 100,
    keep: (_kind, { place }) => kept.push(place) > 0,
  });
  await flow.setPhase('held-out');
  for (let index = 1; index <= 40; index += 1)
    flow.accept({ method: 'GET', target: `/${index}`, headers: [], body: new Uint8Array(), requestId: null });
  const slow = inStages[0]!;
  for (let index = 1; index < inStages.length; index += 1) inStages[index]?.finish();
  // Eight times what keeps the stages busy, and no more.
  expect([inStages.length, kept, books.counters().waiting]).toEqual([16, [], 40]);
  slow.finish();
  expect(kept).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  inStages[17]?.finish();
  flow.drop('stages-lost');
  expect(balance(books.counters())).toBe(0);
  expect(books.counters()).toMatchObject({ heldOut: 16, waiting: 2, dropped: { 'stages-lost': 22 } });
  for (const index of [16, 18]) inStages[index]?.finish();
  await flow.close('gateway-stopped');
  expect(books.counters()).toMatchObject({ heldOut: 16, waiting: 0, dropped: { 'stages-lost': 24 } });
});

test('a full queue drops the newest and counts it', async () => {
  const books = makeBooks();
  const seen: string[] = [];
  const flow = makeFlow({
    books,
    stages: stagesAtOnce(),
    comparison: makeComparison(),
    queueLength: 3,
    concurrency: 1,
    heldOutRequests: 10,
    keep: (_kind, { path }) => seen.push(path) > 0,
  });
  void flow.setPhase('training');
  for (let index = 0; index < 5; index += 1)
    flow.accept({ method: 'GET', target: `/${index}`, headers: [], body: new Uint8Array(), requestId: null });
  expect(books.counters()).toMatchObject({ received: 5, waiting: 3, dropped: { 'queue-full': 2 } });
  void flow.setPhase('held-out');
  expect(seen).toEqual(['/0', '/1', '/2']);
  await flow.close('gateway-stopped');
});

test('no instance gets more requests at once than the manifest allows', async () => {
  let most = 0;
  let now = 0;
  const origin = await startOrigin(() => {
    most = Math.max(most, (now += 1));
    setTimeout(() => (now -= 1), 4);
    return { status: 200, body: 'x' };
  }, 5);
  const books = makeBooks();
  const flow = makeFlow({
    books,
    stages: stagesAtOnce(),
    comparison: makeComparison(),
    queueLength: 100,
    concurrency: 3,
    heldOutRequests: 1,
    keep: () => true,
  });
  flow.setInstances([origin.url]);
  void flow.setPhase('training');
  const done = new Promise<void>((resolve) => void books.onSettled(() => books.counters().replayed === 40 && resolve()));
  for (let index = 0; index < 40; index += 1)
    flow.accept({ method: 'GET', target: `/${index}`, headers: [], body: new Uint8Array(), requestId: null });
  await done;
  await flow.close('gateway-stopped');
  await origin.close();
  expect(most).toBe(3);
});

test('answers that never end hold neither the other requests up nor the end of training', async () => {
  const origin = await startStreamingOrigin();
  const books = makeBooks();
  const flow = makeFlow({
    books,
    stages: stagesAtOnce(),
    comparison: makeComparison(),
    queueLength: 100,
    concurrency: 2,
    answerMilliseconds: 300,
    heldOutRequests: 1,
    keep: () => true,
  });
  const get = (target: string) => flow.accept({ method: 'GET', target, headers: [], body: new Uint8Array(), requestId: null });
  flow.setInstances([origin.url]);
  void flow.setPhase('training');
  const replayed = new Promise<void>((resolve) => void books.onSettled(() => books.counters().replayed === 3 && resolve()));
  for (const target of ['/events', '/events', '/1', '/2', '/3']) get(target);
  await replayed;
  expect(books.counters()).toMatchObject({ replayed: 3, failed: 2 });
  get('/events');
  await flow.setPhase('held-out');
  expect(books.counters()).toMatchObject({ failed: 3, waiting: 0 });
  await flow.close('gateway-stopped');
  await origin.close();
});

test('what waited when a gateway died is counted as lost', () => {
  const books = makeBooks({ received: 10, deidentified: 7, replayed: 7, heldOut: 0, skipped: 0, failed: 0, waiting: 3, dropped: {} });
  expect(books.counters()).toMatchObject({ waiting: 0, dropped: { 'gateway-stopped': 3 } });
  expect(balance(books.counters())).toBe(0);
});

test('the replay client sends every request once and hands over each answer', async () => {
  const origin = await startOrigin(({ url, body }) => ({ status: url === '/3' ? 404 : 200, body: `${url}${body}` }));
  const requests = Array.from({ length: 100 }, (_, index) =>
    index % 2 === 0
      ? { method: 'GET', path: `/${index}`, headers: {} }
      : { method: 'POST', path: `/${index}`, headers: { 'content-type': 'text/plain' }, body: btoa('abc') },
  );
  const answers = new Map<number, string>();
  const replay = makeReplayClient();
  const result = await replay.replay(
    {
      port: origin.port,
      requests,
      concurrency: 4,
      onAnswer: (index, status, body) => void answers.set(index, `${status} ${Buffer.from(body).toString()}`),
    },
    new AbortController().signal,
  );
  expect(result).toMatchObject({ completed: 100, failed: 0 });
  expect(answers.size).toBe(100);
  expect([answers.get(2), answers.get(3)]).toEqual(['200 /2', '404 /3abc']);
  await origin.close();
  expect(
    await replay.replay(
      { port: origin.port, requests: requests.slice(0, 3), concurrency: 2, onAnswer: () => {} },
      new AbortController().signal,
    ),
  ).toMatchObject({ completed: 0, failed: 3 });
});

test('a replay ends although answers never do, and counts them apart from the lost ones', async () => {
  const origin = await startStreamingOrigin();
  const replay = async (paths: readonly string[]) => {
    const requests = paths.map((path) => ({ method: 'GET', path, headers: {} }));
    const signal = new AbortController().signal;
    const client = makeReplayClient({ answerMilliseconds: 200 });
    return client.replay({ port: origin.port, requests, concurrency: 2, onAnswer: () => {} }, signal);
  };
  expect(await replay(['/1', '/events', '/2', '/events', '/3'])).toMatchObject({ completed: 3, failed: 0, late: 2 });
  const inVain = await replay(Array.from({ length: 100 }, () => '/events'));
  expect(inVain).toMatchObject({ completed: 0, failed: 0, late: 100 });
  expect(inVain.seconds).toBeLessThan(2);
  await origin.close();
});

test('an aborted replay ends at once', async () => {
  const origin = await startOrigin(undefined, 2000);
  const replaying = makeReplayClient().replay(
    { port: origin.port, requests: [{ method: 'GET', path: '/', headers: {} }], concurrency: 1, onAnswer: () => {} },
    AbortSignal.timeout(50),
  );
  const start = performance.now();
  await expect(replaying).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(performance.now() - start).toBeLessThan(1000);
  await origin.close();
});
