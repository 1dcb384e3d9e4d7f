import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { DeidentificationRules } from '../../../domain/manifest/schema.ts';
import type { CorpusRequest } from '../../../domain/model/collection.ts';
import { makeLinePseudonymiser } from '../../../traffic/deidentify/pseudonymise-line.ts';
import { makeSessionPipeline, type Outcome } from '../../../traffic/deidentify/pipeline.ts';
import type { IncomingRequest } from '../../../traffic/deidentify/stage.ts';
import { makeBooks } from '../../../traffic/gateway/books.ts';
import { makeComparison } from '../../../traffic/gateway/comparison.ts';
import { makeFlow } from '../../../traffic/gateway/flow.ts';
import { makeStagePool, type StagePool } from '../../../traffic/stages/pool.ts';
import { openSessionStages, type SessionStages } from '../../../traffic/stages/session-stages.ts';
import { startStageWorker } from '../../../traffic/stages/stage-thread.ts';

const workers: Worker[] = [];
let pool: StagePool;
beforeAll(() => {
  const start = () => {
    const worker = startStageWorker();
    workers.push(worker);
    return worker;
  };
  pool = makeStagePool({ threads: 2, start });
});
afterAll(() => pool.close());

const open = (rules: DeidentificationRules = {}, key: Uint8Array = randomBytes(32), from = pool) =>
  openSessionStages({ pool: from, rules, key });
const get = (target: string): IncomingRequest => ({ method: 'GET', target, headers: [], body: new Uint8Array() });
const outcomesOf = (stages: SessionStages, requests: readonly IncomingRequest[]): Promise<Outcome[]> =>
  Promise.all(requests.map((request) => new Promise<Outcome>((resolve) => stages.run(request, resolve))));

const letters = 'abcdefghijklmnopqrstuvwxyz';
/** Of three letters: there are 676 pseudonyms of one capital and two letters each way, so that some of 300 meet. */
const names = Array.from({ length: 300 }, (_, index) => `${letters[index % 26]}${letters[Math.floor(index / 26)]}q`);

describe('two threads', () => {
  test('stand back behind the other threads of their process', async () => {
    (await open()).end();
    const threads = await readdir('/proc/self/task');
    const priorities = threads.map((id) => getPriority(Number(id)));
    expect(priorities.filter((priority) => priority > getPriority()).length).toBeGreaterThanOrEqual(2);
  });

  test('give a value one pseudonym, and no two values the same, in whatever thread and order they come, in lines of a store too', async () => {
    const key = randomBytes(32);
    const stages = await open({}, Uint8Array.from(key));
    const asked = Array.from({ length: 1200 }, (_, index) => names[(index * 7) % names.length] ?? '');
    const requests = asked.map((name) => get(`/x?lastName=${name}`));
    const both = Promise.all([
      outcomesOf(stages, requests),
      stages.pseudonymise(
        names.map((name) => JSON.stringify({ lastName: name })),
        1,
      ),
    ]);
    const [outcomes, lines] = await both;
    const stored = new Map(lines.map((line, index) => [names[index] ?? '', (JSON.parse(line) as { lastName: string }).lastName]));
    for (const [index, outcome] of outcomes.entries()) {
      if (!('request' in outcome)) continue;
      expect(outcome.request.path).toBe(`/x?lastName=${stored.get(asked[index] ?? '')}`);
    }
    expect(outcomes.filter((outcome) => 'request' in outcome).length).toBeGreaterThan(1000);
    expect(new Set(stored.values()).size).toBe(names.length);
    // Alone, the first tries meet: the owners kept them apart.
    const alone = names.map((name) => makeLinePseudonymiser({}, key)(JSON.stringify({ lastName: name })));
    expect(new Set(alone).size).toBeLessThan(names.length);
    await stages.drain();
    stages.end();
  });

  test('give values that meet the same pseudonyms after a restart, whichever comes first then', async () => {
    const key = randomBytes(32);
    const lines = names.map((name) => JSON.stringify({ lastName: name }));
    const written = async (owners: Uint8Array | null, given: readonly string[]) => {
      const stages = await openSessionStages({ pool, rules: {}, key: Uint8Array.from(key), owners });
      const answers = await stages.pseudonymise(given, 1);
      const saved = stages.owners.take();
      await stages.drain();
      stages.end();
      return { saved, of: new Map(given.map((line, index) => [line, answers[index]])) };
    };
    const before = await written(null, lines);
    const changed = ({ of }: typeof before) => lines.filter((line) => of.get(line) !== before.of.get(line)).length;
    expect(changed(await written(before.saved, lines.toReversed()))).toBe(0);
    // Without it some meet the other way round; what is of another table, or damaged, is as nothing.
    expect(changed(await written(null, lines.toReversed()))).toBeGreaterThan(0);
    expect(changed(await written(before.saved.subarray(5), lines.toReversed()))).toBeGreaterThan(0);
    expect(before.saved.length).toBeLessThan(names.length * 40);
  });

  test('tell what is new of their pseudonyms as it comes, so that a kill loses nothing that was taken', async () => {
    const key = randomBytes(32);
    const lines = names.map((name) => JSON.stringify({ lastName: name }));
    const stages = await openSessionStages({ pool, rules: {}, key: Uint8Array.from(key), owners: null });
    const saved: Buffer[] = [];
    const answers: string[] = [];
    for (let at = 0; at < lines.length; at += 100) {
      answers.push(...(await stages.pseudonymise(lines.slice(at, at + 100), 1)));
      saved.push(stages.owners.take());
    }
    stages.end();
    // Killed while it wrote: half a place stands at the end.
    const whole = Buffer.concat(saved);
    const after = await openSessionStages({
      pool,
      rules: {},
      key: Uint8Array.from(key),
      owners: Buffer.concat([whole, Buffer.alloc(7, 1)]),
    });
    expect(after.owners.restoredBytes).toBe(whole.length);
    expect((await after.pseudonymise(lines.toReversed(), 1)).toReversed()).toEqual(answers);
    // New ones are those of its canaries alone.
    expect(after.owners.take().length).toBeLessThan(1000);
    await after.drain();
    after.end();
  });

  test('keep the books that one pipeline keeps, and what a customer may contribute', async () => {
    const key = randomBytes(32);
    const pipeline = makeSessionPipeline({}, key);
    const stages = await open({}, Uint8Array.from(key));
    const requests = Array.from({ length: 400 }, (_, index): IncomingRequest => ({
      method: 'POST',
      target: `/orders/${index}?q=${index}`,
      headers: [
        ['content-type', index % 10 === 0 ? 'image/png' : 'application/json'],
        ['x-forwarded-for', `198.51.100.${index % 20}`],
      ],
      body: Buffer.from(JSON.stringify({ email: `a${index}@acme.example` })),
    }));
    for (const request of requests) pipeline.run(request);
    await outcomesOf(stages, requests);
    await stages.drain();
    const withoutTime = (reports: ReturnType<typeof pipeline.reports>) => reports.map((report) => ({ ...report, microseconds: 0 }));
    const { pipeline: kept, audit } = stages.ledger.snapshot();
    expect(withoutTime(kept.stages)).toEqual(withoutTime(pipeline.snapshot().stages));
    const counted = ({ privacy }: typeof kept) => privacy.kinds.map(([shape, count]) => [shape, count]);
    expect(counted(kept)).toEqual(counted(pipeline.snapshot()));
    expect(kept.privacy.slotsUsed).toBe(pipeline.snapshot().privacy.slotsUsed);
    expect(Object.values(audit.drops)).toEqual([{ coarse: 'POST, path of 2 segments, application/json', valid: 360, dropped: 0 }]);
    expect(audit.canaries.planted).toBeGreaterThan(20);
    expect(audit.canaries.leaked).toBe(0);
    expect(audit.utility.sampled).toBe(20);
    stages.end();
  });
});

test('requests leave two threads as they come, and reach the corpus in the order of arrival, a slow one first too', async () => {
  const stages = await open();
  const books = makeBooks();
  const done: string[] = [];
  const kept: CorpusRequest[] = [];
  const flow = makeFlow({
    books,
    stages: {
      capacity: stages.capacity,
      run: (incoming, settle) =>
        stages.run(incoming, (outcome) => {
          done.push(incoming.target);
          settle(outcome);
        }),
    },
    comparison: makeComparison(),
    queueLength: 1000,
    concurrency: 1,
    heldOutRequests: 1000,
    keep: (_kind, request) => kept.push(request) > 0,
  });
  await flow.setPhase('held-out');
  const large = JSON.stringify(
    Array.from({ length: 3000 }, (_, index) => ({ email: `a${index}@acme.example`, note: 'seen by Anna Meyer' })),
  );
  const headers = [['content-type', 'application/json']] as const;
  flow.accept({ method: 'POST', target: '/large', headers, body: Buffer.from(large), requestId: null });
  for (let index = 0; index < 60; index += 1) flow.accept({ ...get(`/small/list-${'abcdefghij'[index % 10]}`), requestId: null });
  await vi.waitFor(() => expect(books.counters().heldOut).toBe(61), 20_000);
  await flow.close('gateway-stopped');
  await stages.drain();
  stages.end();
  // Other threads overtook it.
  expect(done.indexOf('/large')).toBeGreaterThan(8);
  expect(kept.map(({ place }) => place)).toEqual(Array.from({ length: 61 }, (_, index) => index + 1));
  expect(kept[0]?.path).toBe('/large');
});

describe('a thread that is lost', () => {
  test('drops what was in it, fails its sessions, and another stands in its place for new ones', async () => {
    const stages = await open();
    const other = await open();
    const told: string[] = [];
    stages.onLost(({ code }) => told.push(code));
    const settled: Outcome[] = [];
    const requests = Array.from({ length: 64 }, (_, index) => get(`/x/${index}`));
    for (const request of requests) stages.run(request, (outcome) => settled.push(outcome));
    await Promise.resolve();
    await workers[0]?.terminate();
    await stages.drain();
    expect(settled).toHaveLength(requests.length);
    expect(settled.filter((outcome) => 'dropped' in outcome && outcome.dropped === 'stages-lost').length).toBeGreaterThan(0);
    expect(told).toEqual(['stages-lost']);
    expect([stages.lost()?.code, other.lost()?.code]).toEqual(['stages-lost', 'stages-lost']);
    stages.run(get('/late'), (outcome) => settled.push(outcome));
    expect(settled.at(-1)).toEqual({ dropped: 'stages-lost' });
    await expect(other.pseudonymise(['{}'], 1))
      .resolves.toEqual(['{}'])
      .catch(() => undefined);
    const next = await open();
    expect(await outcomesOf(next, [get('/x/1')])).toEqual([{ request: expect.objectContaining({ path: '/x/1' }) }]);
    expect(workers).toHaveLength(3);
    await next.drain();
    for (const one of [stages, other, next]) one.end();
  });

  const broken = (script: string, silenceMilliseconds?: number) => {
    const start = () => new Worker(script, { eval: true });
    return makeStagePool({ threads: 1, start, ...(silenceMilliseconds === undefined ? {} : { silenceMilliseconds }) });
  };

  test('by an error is told without the text of the error, which may hold what it failed on', async () => {
    const from = broken(`throw new TypeError('anna@acme.example')`);
    const error = await open({}, randomBytes(32), from).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'stages-lost', message: expect.stringMatching(/TypeError/) as string });
    expect(JSON.stringify(error)).not.toMatch(/anna/);
    await from.close();
  });

  test('one that is silent is stuck, and is ended', async () => {
    const from = broken(
      `const { parentPort } = require('node:worker_threads');
       parentPort.on('message', ({ verb, call }) => {
         if (verb === 'enter') return parentPort.postMessage({ call, answer: null });
         for (;;);
       });
       parentPort.postMessage('ready');`,
      100,
    );
    const stages = await open({}, randomBytes(32), from);
    expect(await outcomesOf(stages, [get('/x')])).toEqual([{ dropped: 'stages-lost' }]);
    expect(stages.lost()?.message).toMatch(/silent/);
    await stages.drain();
    await from.close();
  });
});

test('a bad line is refused by its number, and the thread goes on', async () => {
  const stages = await open();
  await expect(stages.pseudonymise(['{"a":1}', 'no JSON'], 17)).rejects.toMatchObject({
    code: 'input-invalid',
    message: expect.stringMatching(/^Line 18: /) as string,
  });
  stages.end();
  await expect(stages.pseudonymise(['{"a":1}'], 1)).rejects.toMatchObject({ code: 'conflict' });
  const next = await open();
  expect(await next.pseudonymise(['{"a":1}', ''], 1)).toEqual(['{"a":1}', '']);
  next.end();
});
