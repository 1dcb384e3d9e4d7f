import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { fakerEN } from '@faker-js/faker';
import { encodeValue, unicodeEscape } from '../../bench/deidentify/corpus/encode.ts';
import { identifiers, type IdentifierMaker } from '../../bench/deidentify/corpus/identifiers.ts';
import type { EncodingName, Truth } from '../../bench/deidentify/corpus/truth.ts';
import type { IncomingRequest } from '../../traffic/deidentify/stage.ts';

/** A request with one identifier in it. */
export interface Planted {
  readonly truth: Truth;
  readonly incoming: IncomingRequest;
}

/** Writes a request with a text in a place. `field` names it; `escaped` is the text as `\uXXXX`, for the formats that have such escapes. */
type Place = (text: string, field: string, escaped: string | null) => IncomingRequest;

const post = (type: string, body: string | Uint8Array, headers: readonly (readonly [string, string])[] = []): IncomingRequest => ({
  method: 'POST',
  target: '/api/v1/things',
  headers: [['content-type', type], ...headers],
  body: Buffer.from(body),
});
const get = (target: string, headers: readonly (readonly [string, string])[] = []): IncomingRequest => ({
  method: 'GET',
  target,
  headers,
  body: Buffer.of(),
});
const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const json = (text: string, escaped: string | null) => (escaped === null ? JSON.stringify(text) : `"${escaped}"`);
const document = (text: string, field: string, escaped: string | null) =>
  `{"id":7,"list":[{"deep":{${JSON.stringify(field)}:${json(text, escaped)},"qty":2}}]}`;
const boundary = 'planted7MA4YWxk';

/** Every place that the issue names. */
export const places: Readonly<Record<string, Place>> = {
  path: (text, field) => get(`/things/by-${field}/${encodeURIComponent(text)}`),
  query: (text, field) => get(`/things?page=2&${field}=${encodeURIComponent(text)}`),
  'header that goes on': (text) => get('/things', [['authorization', `Bearer ${text.replaceAll(/[^\u0020-\u00ff]/g, '?')}`]]),
  'header of its own': (text, field) => get('/things', [[`x-${field.toLowerCase()}`, text]]),
  referer: (text, field) => get('/things', [['referer', `https://shop.example/a?${field}=${encodeURIComponent(text)}`]]),
  cookie: (text, field) => get('/things', [['cookie', `theme=dark; ${field}=${encodeURIComponent(text)}`]]),
  'JSON value': (text, field, escaped) => post('application/json', document(text, field, escaped)),
  'JSON array': (text, field, escaped) => post('application/json', `{${JSON.stringify(field)}:[1,[${json(text, escaped)}]]}`),
  form: (text, field) => post('application/x-www-form-urlencoded', `a=1&${field}=${encodeURIComponent(text).replaceAll('%20', '+')}`),
  multipart: (text, field) =>
    post(
      `multipart/form-data; boundary=${boundary}`,
      `--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${text}\r\n--${boundary}--\r\n`,
    ),
  'XML element': (text, field) => post('application/xml', `<?xml version="1.0"?><a><b><${field}>${xml(text)}</${field}></b></a>`),
  'XML attribute': (text, field) => post('text/xml', `<a><b ${field}="${xml(text)}" n="1"/></a>`),
  'GraphQL variable': (text, field, escaped) =>
    post(
      'application/json',
      `{"query":"mutation M($i: In!) { put(i: $i) { id } }","variables":{"i":{${JSON.stringify(field)}:${json(text, escaped)}}}}`,
    ),
  'GraphQL literal': (text, field, escaped) =>
    post('application/graphql', `mutation { put(i: { ${field}: ${json(text, escaped)}, n: 1 }) { id } }`),
  csv: (text, field) => post('text/csv', `id,${field}\r\n7,"${text.replaceAll('"', '""')}"\r\n`),
  'gzip body': (text, field, escaped) => post('application/json', gzipSync(document(text, field, escaped)), [['content-encoding', 'gzip']]),
  'br body': (text, field, escaped) =>
    post('application/json', brotliCompressSync(document(text, field, escaped)), [['content-encoding', 'br']]),
  'zstd body': (text, field, escaped) =>
    post('application/json', zstdCompressSync(document(text, field, escaped)), [['content-encoding', 'zstd']]),
};

/** Places where no field's name helps: only kinds that show themselves by their form are planted there. */
export const byFormPlaces: Readonly<Record<string, Place>> = {
  'JSON key': (text, _field, escaped) => post('application/json', `{"roles":{${json(text, escaped)}:{"may":"read"}}}`),
  text: (text) => post('text/plain', `Something went wrong with ${text} again; see there.`),
  'XML CDATA': (text) => post('application/xml', `<a><note><![CDATA[About ${text} then]]></note></a>`),
  'field without meaning': (text, _field, escaped) => post('application/json', document(text, 'zz1', escaped)),
};

/** The kinds' values: the same in every run, three of each. */
function valuesOf(kind: IdentifierMaker): readonly string[] {
  fakerEN.seed(kind.kind.length * 7919 + kind.kind.charCodeAt(0));
  fakerEN.setDefaultRefDate('2026-01-01T00:00:00Z');
  return [0, 1, 2].map(() => kind.make(fakerEN));
}

/** All kinds in one place, under every encoding. */
export function plantedIn(place: Place, kinds: readonly IdentifierMaker[], encodings: readonly EncodingName[]): readonly Planted[] {
  return kinds.flatMap((kind) =>
    valuesOf(kind).flatMap((value) =>
      encodings.map((encoding) => {
        const field = kind.fields[0][0]!;
        const text = encodeValue(encoding, value, field);
        const incoming = encoding === 'unicode' ? place(value, field, unicodeEscape(value)) : place(text, field, null);
        return { truth: { kind: kind.kind, must: 'go' as const, value, compare: kind.compare, encoding, place: '' }, incoming };
      }),
    ),
  );
}

export const allKinds = identifiers;
export const kindsByForm = identifiers.filter(({ byForm }) => byForm);

/** Of these kinds the digits alone make a number. */
const numericKinds = identifiers.filter(({ kind }) => ['card', 'in-aadhaar', 'br-cpf', 'phone', 'de-tax-id', 'uk-nhs'].includes(kind));

/** A JSON number in the kind's field. */
export function plantedNumbers(): readonly Planted[] {
  return numericKinds.flatMap((kind) =>
    valuesOf(kind)
      .map((value) => value.replaceAll(/\D/g, ''))
      .filter((digits) => !digits.startsWith('0'))
      .map((digits) => ({
        truth: { kind: kind.kind, must: 'go' as const, value: digits, compare: 'compact' as const, encoding: 'plain' as const, place: '' },
        incoming: post('application/json', `{"order":{"${kind.fields[0][0]}":${digits},"total":19.9}}`),
      })),
  );
}
