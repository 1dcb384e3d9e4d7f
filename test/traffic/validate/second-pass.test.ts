import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeExplainer } from '../../../traffic/deidentify/explain.ts';
import { makePipeline, makeSessionPipeline, type SessionPipeline } from '../../../traffic/deidentify/pipeline.ts';
import type { IncomingRequest, Stage } from '../../../traffic/deidentify/stage.ts';

const key = randomBytes(32);
const get = (target: string): IncomingRequest => ({ method: 'GET', target, headers: [], body: new Uint8Array() });
const post = (value: unknown): IncomingRequest => ({
  method: 'POST',
  target: '/a',
  headers: [['content-type', 'application/json']],
  body: Buffer.from(JSON.stringify(value)),
});

function outputOf(pipeline: Pick<SessionPipeline, 'run'>, incoming: IncomingRequest) {
  const outcome = pipeline.run(incoming);
  if ('dropped' in outcome) throw new Error(`dropped: ${outcome.dropped}`);
  return { path: outcome.request.path, body: Buffer.from(outcome.request.body ?? '', 'base64').toString() };
}

const booksOf = (stages: readonly Stage[], name: Stage['name']) => stages.find((stage) => stage.name === name)!.report();

test('a name that a field gives away goes from the path too, under the same pseudonym', () => {
  const { path } = outputOf(makeSessionPipeline({}, key), get('/hats/kowalczyk/orders?lastName=Kowalczyk'));
  const [, segment, query] = /^\/hats\/([^/]+)\/orders\?lastName=(.+)$/.exec(path) ?? [];
  expect(segment).toMatch(/^[a-z]{9}$/);
  expect(segment).not.toBe('kowalczyk');
  expect(query?.toLowerCase()).toBe(segment);
});

test('and from the name of a field', () => {
  const { body } = outputOf(makeSessionPipeline({}, key), post({ Mueller: 2, lastName: 'Mueller' }));
  expect(body).not.toContain('Mueller');
  expect(Object.keys(JSON.parse(body) as object)).toEqual([expect.stringMatching(/^[A-Z][a-z]{6}$/), 'lastName']);
});

test('a street of three letters is no reason to drop a request whose street was replaced', () => {
  const { body } = outputOf(makeSessionPipeline({}, key), post({ note: 'Leave it at 12 Elm Street, please.' }));
  expect(body).not.toContain('Elm');
  expect(body).toMatch(/at \d\d [A-Z][a-z]{2} Street, please/);
});

test('a request that comes again is counted once, in every book, with what the second look found', () => {
  const pipeline = makeSessionPipeline({}, key);
  pipeline.run(get('/hats/kowalczyk?lastName=Kowalczyk'));
  for (const { requests, dropped } of pipeline.stages.map((stage) => stage.report()))
    expect({ requests, dropped }).toEqual({ requests: 1, dropped: 0 });
  expect(booksOf(pipeline.stages, 'tokenise').transformed).toEqual({ name: 2 });
  expect(booksOf(pipeline.stages, 'validate').transformed).toEqual({ 'replaced-raw-value': 1 });
  pipeline.run(get('/a?page=2'));
  expect(booksOf(pipeline.stages, 'validate')).toMatchObject({ requests: 2, transformed: { 'replaced-raw-value': 1 } });
});

test('the books and the audit are told of what went out alone', () => {
  const { stages } = makeSessionPipeline({}, key);
  const told: string[] = [];
  const outcome = makePipeline(stages).run(get('/hats/kowalczyk?lastName=Kowalczyk'), {
    onReplaced: (_, pseudonym) => void told.push(pseudonym.toLowerCase()),
  });
  expect(outcome).toHaveProperty('request');
  expect(told).toHaveLength(2);
  expect(new Set(told).size).toBe(1);
});

test('what cannot be replaced is dropped after all, once', () => {
  const { stages } = makeSessionPipeline({}, key);
  const lying = stages.map((stage): Stage => {
    if (stage.name !== 'structure') return stage;
    return { ...stage, apply: (envelope) => void (envelope.output = { method: 'GET', path: '/a?to=anna%40acme.example', headers: {} }) };
  });
  expect(makePipeline(lying).run(get('/a'))).toEqual({ dropped: 'validation' });
  expect(booksOf(stages, 'validate')).toMatchObject({ requests: 1, dropped: 1, transformed: { email: 1 } });
  expect(booksOf(stages, 'privacy')).toMatchObject({ requests: 1, dropped: 0 });
});

test('a person who tries it is told who found it', () => {
  const { dropped, changes } = makeExplainer({}, key)(get('/hats/kowalczyk?lastName=Kowalczyk'));
  expect(dropped).toBeNull();
  expect(changes.filter(({ place }) => place === 'path')).toEqual([
    expect.objectContaining({ before: 'kowalczyk', why: 'the second look found it in what would have left: name' }),
  ]);
});
