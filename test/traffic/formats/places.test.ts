import { describe, expect, test } from 'vitest';
import { codings, email, emailForm, encodings, places, refused, request, written } from './support.ts';

const pairs = Object.entries(places).flatMap(([place, { make, read }]) =>
  Object.entries(encodings).map(([encoding, [encode, decode]]) => ({ place, encoding, make, read, encode, decode })),
);
/** A cookie is a secret: a URL or an element in it is one token. */
const isWhole = ({ place, encoding }: { place: string; encoding: string }) =>
  place === 'a cookie' && (encoding === 'a URL' || encoding === 'XML in a string');
const inside = pairs.filter((pair) => !isWhole(pair));
const all = (output: ReturnType<typeof written>) => `${output.path}${JSON.stringify(output.headers)}${output.text}`;

describe('an address', () => {
  test.each(inside)(
    'in $place, written as $encoding, is replaced and written the same way',
    ({ make, read, encode, decode, place, encoding }) => {
      const output = written(make(encode(email)));
      const value = read(output);
      expect(decode(value)).toMatch(emailForm);
      expect(all(output)).not.toMatch(/anna|acme/i);
      // Codes of letters have two digits or three.
      if (encoding !== 'decimal references') expect(value).toHaveLength(encode(email).length);
      // The request that has the pseudonym in the address's place, made from the start: all around the address is as it was sent.
      const remade = make(value);
      expect(output.bytes.toString('latin1')).toBe(Buffer.from(remade.body).toString('latin1'));
      expect(output.path).toBe(remade.target);
      // The second look knows the pseudonym in every spelling, and drops nothing that is right.
      expect(refused(make(encode(email)))).toBe(null);
      if (place === 'a cookie') expect(output.headers['cookie']).toMatch(/^theme=[a-z]{4}; contact=/);
    },
  );

  test.each(pairs.filter(isWhole))('in $place, written as $encoding, is part of one token', ({ make, encode }) => {
    expect(all(written(make(encode(email))))).not.toMatch(/anna|acme|email/i);
  });

  test('is the same pseudonym in every place and encoding', () => {
    const pseudonyms = inside.map(({ make, read, encode, decode }) => decode(read(written(make(encode(email))))));
    expect(pseudonyms.length).toBeGreaterThan(300);
    expect(new Set(pseudonyms).size).toBe(1);
  });
});

test.each(Object.entries(places).filter(([place]) => place !== 'a cookie'))(
  'in %s, what identifies nobody stays to the byte',
  (_place, { make, read }) => {
    const text = 'blue chair, 100%25 &amp; more \\u0062';
    const output = written(make(text));
    expect(read(output)).toBe(text);
    expect(output.bytes.equals(Buffer.from(make(text).body))).toBe(true);
    expect(output.path).toBe(make(text).target);
  },
);

test.each(Object.entries(codings))('a body packed with %s is packed again, and its content is de-identified', (coding, [pack, unpack]) => {
  const body = JSON.stringify({ contact: email, note: 'blue chair' });
  const output = written(request(pack(Buffer.from(body)), { 'content-type': 'application/json', 'content-encoding': coding }));
  expect(output.headers['content-encoding']).toBe(coding);
  const text = unpack(output.bytes).toString('utf8');
  expect((JSON.parse(text) as { contact: string }).contact).toMatch(emailForm);
  expect(text).toHaveLength(body.length);
});

test("what stands beside a packed body's content does not leave", () => {
  const [pack, unpack] = codings['gzip'] ?? [];
  if (pack === undefined || unpack === undefined) throw new Error('no gzip');
  const plain = pack(Buffer.from('{"a":1}'));
  const name = Buffer.from('anna-smith.json\0');
  const named = Buffer.concat([plain.subarray(0, 3), Buffer.of((plain[3] ?? 0) | 8), plain.subarray(4, 10), name, plain.subarray(10)]);
  expect(unpack(named).toString()).toBe('{"a":1}');
  const output = written(request(named, { 'content-type': 'application/json', 'content-encoding': 'gzip' }));
  expect(unpack(output.bytes).toString()).toBe('{"a":1}');
  expect(output.bytes.includes('anna-smith')).toBe(false);
});
