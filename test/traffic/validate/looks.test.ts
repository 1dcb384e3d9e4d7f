import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { lookKinds, suspicionOf } from '../../../traffic/deidentify/validate/looks.ts';
import { readingsOf } from '../../../traffic/deidentify/validate/readings.ts';
import { textsOf } from '../../../traffic/deidentify/validate/texts.ts';

/** Published examples of each kind, none of a living person. */
const samples: readonly (readonly [kind: string, text: string])[] = [
  ['email', 'write to anna.smith@acme.example soon'],
  ['email', 'jürgen@bücher.example'],
  ['email', 'a@xn--bcher-kva.example'],
  ['bearer', 'authorization: Bearer abcDEF123456'],
  ['bearer', 'Bearer    abcDEF123456'],
  ['basic', 'authorization: Basic /////////////w=='],
  ['jwt', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln'],
  ['credentials', 'postgres://hone:s3cret@db/x'],
  ['api-key', 'AKIAIOSFODNN7EXAMPLE'],
  ['api-key', 'sk_live_abcdefghijkl0123'],
  ['ip', 'from 93.184.216.34, port 80'],
  ['ip', 'from 2a00:1450:4001:81b::200e'],
  ['ip', '2a00:1450:4001:081b:0000:0000:0000:200e'],
  ['mac', '3c:22:fb:8a:91:0e'],
  ['phone', '+49 (170) 123-4567'],
  ['phone', 'call (415) 555-2671'],
  ['card', '4111 1111 1111 1111'],
  ['card', '{"n":378282246310005}'],
  ['card', 'rate 100%4111111111111111'],
  ['iban', 'DE89 3704 0044 0532 0130 00'],
  ['iban', 'gb82west12345698765432'],
  ['us-ssn', '078-05-1120'],
  ['us-ssn', '{"ssn":"078051120"}'],
  ['uk-nino', 'AB 12 34 56 C'],
  ['uk-nhs', '943 476 5919'],
  ['uk-nhs', 'nhsNumber=9434765919'],
  ['de-tax', '86 095 742 719'],
  ['de-tax', '{"steuerId": "86095742719"}'],
  ['fr-nir', '2 55 08 14 168 025 38'],
  ['es-dni', '12345678Z'],
  ['es-dni', 'X1234567L'],
  ['it-cf', 'RSSMRA85T10A562S'],
  ['in-aadhaar', '2341 2341 2346'],
  ['in-aadhaar', 'aadhaar: 234123412346'],
  ['br-cpf', '529.982.247-25'],
  ['br-cpf', '{"cpf":52998224725}'],
  ['cn-id', '11010519491231002X'],
  ['passport', '<passportNumber>C01X00T47</passportNumber>'],
  ['passport', 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<'],
  ['birth', '{"dateOfBirth":"1984-05-17"}'],
  ['birth', 'born on 17.05.1984'],
  ['coordinate', '{"lat":52.520008,"lon":13.404954}'],
  ['coordinate', 'near 52.520008, 13.404954'],
  ['name', 'Dear Mrs. Smith'],
  ['address', '221 Baker Street'],
  ['address', 'Lindenallee 12'],
  ['address', 'Österstraße 12'],
  ['secret', 'key=q7Zr2LxV9tKc4PbN8wYd1MhF6sGj3RaT'],
];

/** What must stay, or the request would be dropped for nothing. */
const decoys: readonly string[] = [
  'SKU-48213-BLK',
  '4111111111111112',
  '1700000000000',
  '1700000000',
  'lodash@4.17.21',
  'v1.22.3.4-beta v10.2.3.4',
  '127.0.0.1, 10.1.2.3 and 0.0.0.0',
  '2024-01-15T10:30:00Z',
  '12:34:56',
  'std::vector',
  '#ff8800',
  '#a1b2c3',
  '8f14e45f-ceea-467f-9b1c-3a1b2c4d5e6f',
  '9e107d9d372bb6826bd81d3542a419d6e4da3b7fc2e0c0e9f0a1b2c3d4e5f601',
  '{"price":1299.99,"quantity":3,"total":3899.97}',
  'blue chair with 4 legs, 120 x 60 cm',
  'platform=android&latest=2024-01-15&tinted=12345678901',
  '{"order":"12345678901","taxRate":0.19,"relation":12.34567}',
  '2001:db8::1',
  'W/"5e8c-17d1a2b3c4d"',
  'internationalization',
  'data:text/plain;base64,SGVsbG8gd29ybGQsIHRoaXMgaXMgYSBkZWNveSB0ZXh0',
];

describe('the second look', () => {
  test.each(samples)('finds %s in %s', (kind, text) => {
    expect(suspicionOf(text)).toBe(kind);
  });
  test('has a sample of every kind it knows', () => {
    expect(new Set(samples.map(([kind]) => kind))).toEqual(new Set(lookKinds));
  });
  test.each(decoys)('leaves %s', (text) => {
    expect(readingsOf(text).map(suspicionOf)).toEqual(readingsOf(text).map(() => null));
  });
  test.each(samples)('finds %s among other pieces of a text: %s', (kind, text) => {
    const around = ['{"sku":"A-1","n":3,"tags":["x","y"]}', '<a href="/b?c=1&d=2">', '[1,2,3];', 'für alle, '];
    for (const before of around) for (const after of around) expect(suspicionOf(`${before},${text},${after}`)).toBe(kind);
  });
  test('names the kind that stands first in its list, wherever it is', () => {
    expect(suspicionOf('{"dob":"1984-05-17","card":"4111 1111 1111 1111","mail":"anna.smith@acme.example"}')).toBe('email');
    expect(suspicionOf('{"dob":"1984-05-17","at":"postgres://hone:s3cret@db/x","card":"4111 1111 1111 1111"}')).toBe('credentials');
  });
  test('a wrong check digit is no identifier', () => {
    for (const text of [
      'DE89 3704 0044 0532 0130 01',
      '943 476 5918',
      '12345678A',
      'RSSMRA85T10A562T',
      '2341 2341 2347',
      '529.982.247-24',
      '110105194912310021',
    ])
      expect(suspicionOf(text), text).toBeNull();
  });
  test('a long text costs no more than its length', () => {
    const texts = [
      'a@'.repeat(50_000),
      '1 '.repeat(50_000),
      `${'x.'.repeat(50_000)}@`,
      'Ab1'.repeat(30_000),
      ':a'.repeat(50_000),
      'lat '.repeat(25_000),
    ];
    const start = performance.now();
    for (const text of texts) suspicionOf(text);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

const value = 'anna.smith@acme.example';
const percent = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const unicode = (text: string) =>
  Array.from(text)
    .map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
const html = (text: string) =>
  Array.from(text)
    .map((character, index) => (index % 2 === 0 ? `&#${character.charCodeAt(0)};` : `&#x${character.charCodeAt(0).toString(16)};`))
    .join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');
const spellings: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  percent,
  unicode,
  html,
  base64,
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'named entities': (text) => text.replaceAll('@', '&commat;').replaceAll('.', '&period;'),
  'JSON in a string': (text) => JSON.stringify(JSON.stringify({ a: text })),
  'packed, as base64': (text) => gzipSync(text).toString('base64'),
};

describe('readings', () => {
  const pairs = Object.keys(spellings).flatMap((outer) => Object.keys(spellings).map((inner) => [inner, outer] as const));
  test.each(pairs)('%s inside %s is read', (inner, outer) => {
    const text = `x=${spellings[outer]?.(spellings[inner]?.(value) ?? '') ?? ''}&y=1`;
    expect(readingsOf(text).some((reading) => reading.includes(value))).toBe(true);
  });
  test('four encodings deep is read', () => {
    expect(readingsOf(percent(base64(unicode(base64(value))))).some((reading) => reading.includes(value))).toBe(true);
  });
  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('a body packed with %s is unpacked', (coding, pack) => {
    const output = {
      method: 'POST',
      path: '/',
      headers: { 'content-encoding': coding },
      body: Buffer.from(pack(value)).toString('base64'),
    };
    expect(textsOf(output)).toContain(value);
    expect(textsOf({ ...output, body: base64('not packed') })).toBeNull();
  });
  test.each(['latin1', 'utf16le'] as const)('a body in %s is read', (encoding) => {
    const body = Buffer.from('für anna@acme.example', encoding).toString('base64');
    expect(textsOf({ method: 'POST', path: '/', headers: {}, body })?.some((text) => text.includes('anna@acme'))).toBe(true);
  });
  test('what grows beyond all bounds is not passed', () => {
    const body = gzipSync(Buffer.alloc(32 << 20)).toString('base64');
    expect(textsOf({ method: 'POST', path: '/', headers: { 'content-encoding': 'gzip' }, body })).toBeNull();
  });
});
