import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeRawFilter } from '../../../traffic/deidentify/raw-filter.ts';
import { makePipeline, makeSessionStages, makeStages } from '../../../traffic/deidentify/pipeline.ts';
import { makeContributionStage } from '../../../traffic/deidentify/privacy/stage.ts';
import { makePseudonyms } from '../../../traffic/deidentify/shapes/collisions.ts';
import { makeSeenValues } from '../../../traffic/deidentify/validate/seen-values.ts';
import { makeSessionMemory } from '../../../traffic/stages/session-memory.ts';
import type { Envelope, IncomingRequest, Stage } from '../../../traffic/deidentify/stage.ts';

const key = randomBytes(32);
const get = (target: string): IncomingRequest => ({ method: 'GET', target, headers: [], body: new Uint8Array() });

/** The session's stages with another third one: what it writes is what the second look is given. */
function withStructure(write: (envelope: Envelope) => string, stages: readonly Stage[] = makeSessionStages({}, key).stages) {
  return makePipeline(
    stages.map((stage): Stage => {
      if (stage.name !== 'structure') return stage;
      return { ...stage, apply: (envelope) => void (envelope.output = { method: 'GET', path: write(envelope), headers: {} }) };
    }),
  );
}

test('a third stage that issues the raw value as its own pseudonym is found out', () => {
  const honest = withStructure(() => '/a?name=Pseudonym');
  expect(honest.run(get('/a?lastName=Kowalczyk'))).toHaveProperty('request');
  const lying = withStructure(({ issued }) => {
    issued.add('Kowalczyk');
    return '/a?name=Kowalczyk';
  });
  expect(lying.run(get('/a?lastName=Kowalczyk'))).toEqual({ dropped: 'validation' });
});

test.each([
  ['as it was', (value: string) => value],
  ['percent-encoded', (value: string) => encodeURIComponent(encodeURIComponent(value))],
  ['as base64', (value: string) => Buffer.from(`id ${value}`).toString('base64url')],
  ['as part of a word', (value: string) => `x-${value}-y`],
])('a raw value of the request does not leave %s', (_how, spell) => {
  const pipeline = withStructure(() => `/a?q=${spell('Kowalczyk')}`);
  expect(pipeline.run(get('/a?lastName=Kowalczyk'))).toEqual({ dropped: 'validation' });
  expect(pipeline.run(get('/a?page=2'))).toHaveProperty('request');
});

test('a strong raw value of the session does not leave with any later request', () => {
  let path = '/a';
  const pipeline = withStructure(() => path);
  expect(pipeline.run(get('/a?token=qwertzuiopasdfghjkl'))).toHaveProperty('request');
  path = '/a?q=qwertzuiopasdfghjkl';
  expect(pipeline.run(get('/a?page=2'))).toEqual({ dropped: 'validation' });
});

test('nor with a request in another thread of the session: what is seen is in memory that both have', () => {
  const memory = makeSessionMemory();
  const stagesOf = () => {
    const parts = {
      pseudonyms: makePseudonyms(memory.owners),
      seen: makeSeenValues(memory.seen),
      rawFilter: makeRawFilter(memory.rawFilter),
    };
    const privacy = makeContributionStage([], () => undefined);
    return makeStages({}, key, { ...parts, privacy });
  };
  const [first, second] = [stagesOf(), withStructure(() => '/a?q=qwertzuiopasdfghjkl', stagesOf())];
  expect(second.run(get('/a?page=2'))).toHaveProperty('request');
  expect(makePipeline(first).run(get('/a?token=qwertzuiopasdfghjkl'))).toHaveProperty('request');
  expect(second.run(get('/a?page=2'))).toEqual({ dropped: 'validation' });
});

test('the filter never denies a value that it was given, in either case, and denies nearly every other', () => {
  const filter = makeRawFilter();
  const mayHave = (word: string) => filter.mayHave(`<${word}>`, 1, word.length + 1);
  const values = Array.from({ length: 20_000 }, (_, index) => `Value-${index}-${index * 7919}`);
  for (const value of values) filter.add(value);
  expect(values.every((value) => mayHave(value) && mayHave(value.toUpperCase()))).toBe(true);
  const wrong = values.filter((value) => mayHave(`${value}x`)).length;
  expect(wrong).toBeLessThan(20);
});

test('shares no detector, no format and no check digit with the first stage', () => {
  const folder = join(import.meta.dirname, '../../../traffic/deidentify/validate');
  const imports = readdirSync(folder).flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, path]) => path ?? ''),
  );
  const outside = new Set(imports.filter((path) => !path.startsWith('./')));
  expect([...outside].toSorted()).toEqual([
    '../../../domain/model/collection.ts',
    '../../../domain/model/identifier-kinds.ts',
    '../fingerprint.ts',
    '../keyed-hash.ts',
    '../raw-filter.ts',
    '../stage.ts',
    '../tokenise.ts',
  ]);
});
