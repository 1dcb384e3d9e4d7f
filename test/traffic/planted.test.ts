import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { encodings, type EncodingName } from '../../bench/deidentify/corpus/truth.ts';
import { judge, type Output } from '../../bench/deidentify/judge.ts';
import { makeSessionPipeline } from '../../traffic/deidentify/pipeline.ts';
import { allKinds, byFormPlaces, kindsByForm, places, plantedIn, plantedNumbers, type Planted } from './planted.ts';

const pipeline = makeSessionPipeline({}, randomBytes(32));
const counts = { requests: 0, dropped: 0 };

/** What of the planted came out, `kind encoding: value`. */
function left(all: readonly Planted[]): string[] {
  return all.flatMap(({ truth, incoming }) => {
    counts.requests += 1;
    const outcome = pipeline.run(incoming);
    if ('dropped' in outcome) {
      counts.dropped += 1;
      return [];
    }
    const { method, path, headers, body = '' } = outcome.request;
    const output: Output = { method, target: path, headers, body };
    return judge({ truths: [truth] }, output).every(({ right }) => right) ? [] : [`${truth.kind} ${truth.encoding}: ${truth.value}`];
  });
}

describe('an identifier of any kind, in any encoding, does not leave', () => {
  for (const [name, place] of Object.entries(places))
    test(`from a ${name}`, () => expect(left(plantedIn(place, allKinds, encodings))).toEqual([]));
  const plainOf = (name: string): readonly EncodingName[] => (name === 'JSON key' ? ['plain', 'unicode'] : encodings);
  for (const [name, place] of Object.entries(byFormPlaces))
    test(`from a ${name}`, () => expect(left(plantedIn(place, kindsByForm, plainOf(name)))).toEqual([]));
  test('from a JSON number', () => expect(left(plantedNumbers())).toEqual([]));
});

test('the planted values are found where they are, when nothing takes them out', () => {
  for (const { truth, incoming } of [
    ...plantedIn(places['gzip body']!, allKinds, encodings),
    ...plantedIn(places['form']!, allKinds, encodings),
  ]) {
    const output = {
      method: incoming.method,
      target: incoming.target,
      headers: Object.fromEntries(incoming.headers),
      body: Buffer.from(incoming.body).toString('base64'),
    };
    expect(judge({ truths: [truth] }, output)[0]?.right, `${truth.kind} ${truth.encoding} ${truth.value}`).toBe(false);
  }
});

afterAll(() => {
  expect(counts.requests).toBeGreaterThan(10_000);
  expect(counts.dropped / counts.requests).toBeLessThanOrEqual(0.01);
});
