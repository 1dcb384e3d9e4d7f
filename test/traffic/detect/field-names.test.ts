import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makePipeline, makeSessionStages } from '../../../traffic/deidentify/pipeline.ts';
import { harmlessNames, identifyingNames } from './field-names.ts';

const { stages } = makeSessionStages({}, randomBytes(32));
const pipeline = makePipeline(stages);

type Write = (name: string, value: string) => { readonly target: string; readonly type?: string; readonly body?: string };

/** `a.b[0].c` as nested JSON. */
function nested(name: string, value: string): unknown {
  const parts = name.split(/[.[\]]+/).filter((part) => part !== '');
  return parts.reduceRight<unknown>(
    (inner, part) => (/^\d+$/.test(part) ? [inner] : { [part]: inner }),
    name.endsWith('[]') ? [value] : value,
  );
}
const flat = (name: string) => name.replaceAll(/\W+$/g, '').replaceAll(/\W+/g, '_');

const places: Readonly<Record<string, Write>> = {
  JSON: (name, value) => ({ target: '/v1/things', type: 'application/json', body: JSON.stringify({ data: nested(name, value) }) }),
  query: (name, value) => ({ target: `/v1/things?${encodeURIComponent(name)}=${encodeURIComponent(value)}` }),
  form: (name, value) => ({
    target: '/v1/things',
    type: 'application/x-www-form-urlencoded',
    body: new URLSearchParams({ [name]: value }).toString(),
  }),
  CSV: (name, value) => ({ target: '/v1/things', type: 'text/csv', body: `amount,${flat(name)},note\r\n12,${value},fine\r\n` }),
  XML: (name, value) => ({ target: '/v1/things', type: 'application/xml', body: `<thing><${flat(name)}>${value}</${flat(name)}></thing>` }),
  GraphQL: (name, value) => ({
    target: '/graphql',
    type: 'application/json',
    body: JSON.stringify({ query: `mutation { save(${flat(name).replaceAll('-', '_')}: ${JSON.stringify(value)}) { ok } }` }),
  }),
};

/** What leaves, decoded; null when the request is dropped. */
function leaving(write: Write, name: string, value: string): string | null {
  const { target, type, body = '' } = write(name, value);
  const outcome = pipeline.run({
    method: 'POST',
    target,
    headers: type === undefined ? [] : [['content-type', type]],
    body: Buffer.from(body),
  });
  if ('dropped' in outcome) return null;
  const text = decodeURIComponent(outcome.request.path.replaceAll('+', ' '));
  return `${text}\n${decodeURIComponent(
    Buffer.from(outcome.request.body ?? '', 'base64')
      .toString('utf8')
      .replaceAll('+', ' '),
  )}`;
}

const isLeft = (text: string | null, value: string) =>
  text === null || value.split(' ').some((word) => word.length >= 4 && text.includes(word));
const cases = (lists: typeof identifyingNames) =>
  Object.entries(lists).map(([kind, { value, names }]) => ({ kind, value, names: names.split(' ') }));

describe.each(Object.entries(places))('in %s', (_, write) => {
  test.each(cases(identifyingNames))('what stands in a field of a $kind does not leave', ({ value, names }) => {
    expect(names.filter((name) => isLeft(leaving(write, name, value), value))).toEqual([]);
  });
  test.each(cases(harmlessNames))('a $kind leaves as it is', ({ value, names }) => {
    expect(names.filter((name) => leaving(write, name, value)?.includes(value) !== true)).toEqual([]);
  });
});

test('the list of harmless names is long', () => expect(cases(harmlessNames).flatMap(({ names }) => names).length).toBeGreaterThan(150));
