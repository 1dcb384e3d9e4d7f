import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeLinePseudonymiser } from '../../../traffic/deidentify/pseudonymise-line.ts';
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

describe('a pseudonym that is another raw value of the request by chance', () => {
  const fixed = Buffer.alloc(32, 7);
  const birthOf = (line: string) => (JSON.parse(line) as { dob: string }).dob;
  const one = '1984-05-17';
  const other = birthOf(makeLinePseudonymiser({}, fixed)(JSON.stringify({ dob: one })));
  const both = post({ people: [{ dob: one }, { dob: other }] });

  test('is no reason to drop it, and stays the value’s pseudonym', () => {
    const pipeline = makeSessionPipeline({}, fixed);
    const { people } = JSON.parse(outputOf(pipeline, both).body) as { people: { dob: string }[] };
    expect(people.map(({ dob }) => dob)).toEqual([other, expect.not.stringMatching(other)]);
    expect(booksOf(pipeline.stages, 'validate')).toMatchObject({ requests: 1, dropped: 0, transformed: {} });
    expect(booksOf(pipeline.stages, 'structure')).toMatchObject({ requests: 1, transformed: { birth: 2 } });
  });

  test.each([
    ['as it is', (value: string) => value],
    ['as base64', (value: string) => Buffer.from(`on ${value}`).toString('base64url')],
  ])('is one when the raw value stands anywhere else, %s', (_how, spell) => {
    const { stages } = makeSessionPipeline({}, fixed);
    const leaking = stages.map((stage): Stage => {
      if (stage.name !== 'structure') return stage;
      const apply: Stage['apply'] = (envelope) => {
        stage.apply(envelope);
        envelope.output = { ...envelope.output!, path: `/a/${spell(other)}` };
      };
      return { ...stage, apply };
    });
    expect(makePipeline(leaking).run(both)).toEqual({ dropped: 'validation' });
    expect(booksOf(stages, 'validate')).toMatchObject({ requests: 1, dropped: 1, transformed: { 'raw-value': 1 } });
  });

  test('is never the value itself, however few there are', () => {
    const line = makeLinePseudonymiser({}, fixed);
    for (let day = 0; day < 1440; day += 1) {
      const dob = new Date(Date.UTC(1980, 0, 1 + 2 * day)).toISOString().slice(0, 10);
      expect(birthOf(line(JSON.stringify({ dob })))).not.toBe(dob);
    }
  });
});

test('a person who tries it is told so of the words of an address too', () => {
  const rules = { fields: { spot: 'coordinate' } } as const;
  const { dropped, changes } = makeExplainer(rules, key)(post({ spot: '12 Kestrelwood Lane' }));
  expect(dropped).toBeNull();
  expect(changes.find(({ before }) => before === 'kestrelwood')?.why).toBe('the second look found it in what would have left: address');
});
