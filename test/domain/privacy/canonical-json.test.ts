import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../domain/privacy/canonical-json.ts';

test('writes the example of RFC 8785, section 3.2.2', () => {
  const value = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  ) as unknown;
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('sorts by UTF-16 code units, as section 3.2.3 does', () => {
  const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
  const written = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])));
  expect(Object.keys(JSON.parse(written) as object)).toEqual(['1', '\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']);
});

test('equal values have equal texts, and the text is the value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const read = JSON.parse(JSON.stringify(value)) as unknown;
      expect(JSON.parse(canonicalJson(read))).toEqual(read);
      expect(canonicalJson(JSON.parse(canonicalJson(read)))).toBe(canonicalJson(read));
    }),
  );
});

test('refuses what JSON has no canonical form for', () => {
  for (const value of [Number.NaN, Infinity, '\ud800', { a: '\udc00x' }, 1n, () => 1, [undefined]])
    expect(() => canonicalJson(value)).toThrow(TypeError);
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
});
