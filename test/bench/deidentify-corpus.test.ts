import { describe, expect, test } from 'vitest';
import { makeCorpus } from '../../bench/deidentify/corpus/corpus.ts';
import { identifiers } from '../../bench/deidentify/corpus/identifiers.ts';
import { least } from '../../bench/deidentify/corpus/request.ts';
import type { Case } from '../../bench/deidentify/corpus/truth.ts';
import { judge, type Output } from '../../bench/deidentify/judge.ts';
import { score } from '../../bench/deidentify/scores.ts';
import { lostShape } from '../../bench/deidentify/shape.ts';
import { makeRandom } from '../../bench/statistics.ts';

const tuning = makeCorpus('tuning', 300);
const asSent = ({ incoming: { method, target, headers, body } }: Case): Output => ({
  method,
  target,
  headers: Object.fromEntries(headers),
  body: Buffer.from(body).toString('base64'),
});

describe('the corpus', () => {
  test('has what was asked for', () => {
    expect(Math.min(...tuning.map(({ incoming }) => incoming.body.byteLength))).toBeGreaterThanOrEqual(least.bytes);
    expect(Math.min(...tuning.map(({ fields }) => fields))).toBeGreaterThanOrEqual(least.fields);
    expect(Math.min(...tuning.map(({ depth }) => depth))).toBeGreaterThanOrEqual(least.depth);
    const truths = tuning.flatMap((one) => one.truths);
    expect(truths.filter(({ encoding }) => encoding !== 'plain').length / truths.length).toBeGreaterThan(0.2);
    const kinds = new Set(truths.map(({ kind }) => kind));
    for (const { kind } of identifiers)
      expect(kinds.has(kind) || kinds.has(`${kind}-text`) || kinds.has(`${kind}-number`) || kind === 'de-tax-id', kind).toBe(true);
  });
  test('is the same every time', () => expect(makeCorpus('tuning', 20)).toEqual(makeCorpus('tuning', 20)));
  test('shares no request, no person and no template with the reported part', () => {
    const reported = makeCorpus('reported', 300);
    const strong = (cases: readonly Case[]) =>
      cases.flatMap(({ truths }) =>
        truths.filter(({ must, value, kind }) => must === 'go' && value.length > 12 && kind !== 'phone').map(({ value }) => value),
      );
    // Of telephone numbers for fiction there are a hundred a country.
    const known = new Set(strong(tuning));
    expect(strong(reported).filter((value) => known.has(value))).toEqual([]);
    const templates = new Set(tuning.map(({ template }) => template));
    expect(reported.filter(({ template }) => templates.has(template))).toEqual([]);
  });
});

describe('the reported part', () => {
  const reported = makeCorpus('reported', 400);
  test('has every service as often', () => {
    const counts = [...Map.groupBy(reported, ({ template }) => template).values()].map(({ length }) => length);
    expect(counts.length).toBeGreaterThanOrEqual(32);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(400 / counts.length / 2);
  });
  // Only kinds and formats are told: who tunes the rules must not see its names.
  test('has what was asked for, in every format', () => {
    expect(Math.min(...reported.map(({ incoming }) => incoming.body.byteLength))).toBeGreaterThanOrEqual(least.bytes);
    const structured = reported.filter(({ format }) => format !== 'text');
    expect(Math.min(...structured.map(({ fields }) => fields))).toBeGreaterThanOrEqual(least.fields);
    expect(Math.min(...structured.map(({ depth }) => depth))).toBeGreaterThanOrEqual(least.depth);
    expect(new Set(reported.map(({ format }) => format)).size).toBe(9);
    const truths = reported.flatMap((one) => one.truths);
    expect(truths.filter(({ encoding }) => encoding !== 'plain').length / truths.length).toBeGreaterThan(0.2);
    const kinds = new Set(truths.map(({ kind }) => kind));
    expect(identifiers.filter(({ kind }) => !kinds.has(kind)).map(({ kind }) => kind)).toEqual([]);
  });
  test('is judged right as it was sent', () => {
    // Every service twice.
    for (const one of reported.slice(0, 130)) {
      const wrong = judge(one, asSent(one)).filter(({ truth, right }) => right === (truth.must === 'go'));
      expect(wrong.map(({ truth }) => `${truth.must} ${truth.kind} ${truth.encoding} ${one.format}`)).toEqual([]);
      expect(lostShape(one, asSent(one)) === null, one.format).toBe(true);
    }
  });
});

describe('the judge', () => {
  test('finds every identifier in a request as it was sent, however encoded, and every decoy in its place', () => {
    for (const one of tuning) {
      const wrong = judge(one, asSent(one)).filter(({ truth, right }) => right === (truth.must === 'go'));
      expect(wrong.map(({ truth }) => truth)).toEqual([]);
      expect(lostShape(one, asSent(one))).toBeNull();
    }
  });
  test('scores who does nothing, and who blanks everything', () => {
    const random = makeRandom(1);
    const nothing = score(tuning, tuning.map(asSent), random);
    expect([nothing.removed.value, nothing.decoysChanged.value, nothing.shapeKept.value]).toEqual([0, 0, 1]);
    const blank = score(
      tuning,
      tuning.map(({ incoming: { method } }) => ({ method, target: '/', headers: {}, body: '' })),
      random,
    );
    expect([blank.removed.value, blank.decoysChanged.value, blank.shapeKept.value]).toEqual([1, 1, 0]);
    const gone = score(
      tuning,
      tuning.map(() => 'validation'),
      random,
    );
    expect(gone.dropped).toEqual({ value: 1, low: 1, high: 1 });
  });
  test.each([
    ['{"a":{"b":[1,"x"]}}', '{"a":{"b":[7,"y"]}}', null],
    ['{"a":1}', '{"a":"1"}', 'body/a: type'],
    ['{"a":1,"b":2}', '{"b":2,"a":1}', 'body: names'],
    ['{"a":[1,2]}', '{"a":[1]}', 'body/a: names'],
    ['{"a":123}', '{"a":-123}', 'body/a: magnitude'],
    ['{"a":"0123456789"}', '{"a":""}', 'body/a: length 10 to 0'],
  ])('shape of %s and %s', (before, after, lost) => {
    const one = {
      incoming: { method: 'POST', target: '/a?b=1', headers: [['content-type', 'application/json']], body: Buffer.from(before) },
    } as unknown as Case;
    const output = { method: 'POST', target: '/a?b=2', headers: {}, body: Buffer.from(after).toString('base64') };
    expect(lostShape(one, output)).toBe(lost);
  });
});
