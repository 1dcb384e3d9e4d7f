import { brotliCompressSync, brotliDecompressSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { DeidentificationRules } from '../../../domain/manifest/schema.ts';
import { makeFieldRules } from '../../../traffic/deidentify/fields.ts';
import { makeLook } from '../../../traffic/deidentify/formats/inside.ts';
import { encodeBody } from '../../../traffic/deidentify/formats/body.ts';
import { parseRequest } from '../../../traffic/deidentify/formats/request.ts';
import { writeText } from '../../../traffic/deidentify/formats/write.ts';
import { makePipeline, makeSessionStages } from '../../../traffic/deidentify/pipeline.ts';
import { DropRequest, type IncomingRequest } from '../../../traffic/deidentify/stage.ts';

export const key = Buffer.alloc(32, 7);
type Headers = Readonly<Record<string, string>>;

export function request(body: string | Uint8Array, headers: Headers = {}, target = '/x', method = 'POST'): IncomingRequest {
  return { method, target, headers: Object.entries(headers), body: Buffer.from(body as Uint8Array) };
}

const stagesFor = (rules: DeidentificationRules) => makePipeline(makeSessionStages(rules, key).stages.slice(0, 3));
const byDefault = stagesFor({});

/** What the stages make of a request: find, replace, write. What the last two stages do with it is tested elsewhere. */
export function written(given: IncomingRequest, rules?: DeidentificationRules) {
  const outcome = (rules === undefined ? byDefault : stagesFor(rules)).run(given);
  if ('dropped' in outcome) throw new Error(`dropped: ${outcome.dropped}`);
  const { path, headers, body } = outcome.request;
  const bytes = Buffer.from(body ?? '', 'base64');
  return { path, headers, bytes, text: bytes.toString('utf8') };
}

const whole = makePipeline(makeSessionStages({}, key).stages);

/** What all five stages say of a request: null when it leaves. */
export function refused(given: IncomingRequest): string | null {
  const outcome = whole.run(given);
  return 'dropped' in outcome ? outcome.dropped : null;
}

export function dropReason(given: IncomingRequest): string | null {
  const outcome = byDefault.run(given);
  return 'dropped' in outcome ? outcome.dropped : null;
}

/** The body taken apart and written back without a look at what it holds; the reason when it is dropped. */
export function throughFormats(given: IncomingRequest): { readonly target: string; readonly body: Buffer } | string {
  const look = makeLook(makeFieldRules({}), () => undefined, 1 << 20);
  const render = () => {
    throw new Error('nothing was looked for');
  };
  try {
    const document = parseRequest(given, look);
    const body = encodeBody(writeText(document.body, { render }), document.bodyFormat);
    return { target: writeText(document.target, { render }), body };
  } catch (error) {
    if (error instanceof DropRequest) return error.reason;
    throw error;
  }
}

export const email = 'anna.smith@acme.example';
/** What the pseudonym of {@link email} looks like. */
export const emailForm = /^(?!anna)[a-z]{4}\.[a-z]{5}@(?!acme)[a-z]{4}\.example$/;

const every = (text: string, escape: (character: string) => string) => Array.from(text, escape).join('');
const codeOf = (character: string) => character.codePointAt(0) ?? 0;
const hexOf = (character: string) => codeOf(character).toString(16);

/** Ways of writing a text within a text, with the way back. */
export const encodings: Readonly<Record<string, readonly [(text: string) => string, (text: string) => string]>> = {
  plain: [(text) => text, (text) => text],
  percent: [encodeURIComponent, decodeURIComponent],
  'percent, every byte': [(text) => every(text, (character) => `%${hexOf(character)}`), decodeURIComponent],
  'percent, twice': [(text) => encodeURIComponent(encodeURIComponent(text)), (text) => decodeURIComponent(decodeURIComponent(text))],
  "JavaScript's escape": [
    (text) => every(text, (character) => `%u${hexOf(character).padStart(4, '0')}`),
    (text) => text.replaceAll(/%u([0-9a-f]{4})/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))),
  ],
  'decimal references': [
    (text) => every(text, (character) => `&#${codeOf(character)};`),
    (text) => text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))),
  ],
  'hexadecimal references': [
    (text) => text.replaceAll(/[@.]/g, (character) => `&#x${hexOf(character)};`),
    (text) => text.replaceAll(/&#x([0-9a-f]+);/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))),
  ],
  'named references': [
    (text) => text.replaceAll('@', '&commat;').replaceAll('.', '&period;'),
    (text) => text.replaceAll('&commat;', '@').replaceAll('&period;', '.'),
  ],
  'unicode escapes': [
    (text) => every(text, (character) => `\\u${hexOf(character).padStart(4, '0')}`),
    (text) => JSON.parse(`"${text}"`) as string,
  ],
  'hexadecimal escapes': [(text) => text.replaceAll('@', '\\x40'), (text) => text.replaceAll('\\x40', '@')],
  base64: [(text) => Buffer.from(text).toString('base64'), (text) => Buffer.from(text, 'base64').toString()],
  'base64, URL-safe': [(text) => Buffer.from(text).toString('base64url'), (text) => Buffer.from(text, 'base64url').toString()],
  'base64, twice': [
    (text) => Buffer.from(Buffer.from(text).toString('base64')).toString('base64'),
    (text) => Buffer.from(Buffer.from(text, 'base64').toString(), 'base64').toString(),
  ],
  'JSON in a string': [(text) => JSON.stringify({ email: text, n: [1, 2] }), (text) => (JSON.parse(text) as { email: string }).email],
  'JSON in base64': [
    (text) => Buffer.from(JSON.stringify({ email: text })).toString('base64'),
    (text) => (JSON.parse(Buffer.from(text, 'base64').toString()) as { email: string }).email,
  ],
  'a form in a string': [(text) => `page=2&email=${encodeURIComponent(text)}`, (text) => new URLSearchParams(text).get('email') ?? ''],
  'a URL': [
    (text) => `https://shop.example/login?email=${encodeURIComponent(text)}&page=2`,
    (text) => new URL(text).searchParams.get('email') ?? '',
  ],
  'percent in base64 in JSON': [
    (text) => JSON.stringify({ email: Buffer.from(encodeURIComponent(text)).toString('base64') }),
    (text) => decodeURIComponent(Buffer.from((JSON.parse(text) as { email: string }).email, 'base64').toString()),
  ],
  'XML in a string': [(text) => `<a><email>${text}</email></a>`, (text) => /<email>(.*)<\/email>/.exec(text)?.[1] ?? ''],
};

const boundary = '----form0f8a';
const xmlEscape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const xmlUnescape = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

export interface Place {
  readonly make: (value: string) => IncomingRequest;
  readonly read: (given: { readonly path: string; readonly headers: Headers; readonly bytes: Buffer }) => string;
}

const inBody = (type: string, make: (value: string) => string, read: (text: string) => string): Place => ({
  make: (value) => request(make(value), { 'content-type': type }),
  read: ({ bytes }) => read(bytes.toString('utf8')),
});

/** Places of a request that a value may stand in, and how it is read from there. */
export const places: Readonly<Record<string, Place>> = {
  'a path segment': {
    make: (value) => request('', {}, `/lists/${encodeURIComponent(value)}/items`, 'GET'),
    read: ({ path }) => decodeURIComponent(path.slice('/lists/'.length, path.lastIndexOf('/items'))),
  },
  'a matrix parameter': {
    make: (value) => request('', {}, `/lists;contact=${encodeURIComponent(value)}/items`, 'GET'),
    read: ({ path }) => decodeURIComponent(path.slice('/lists;contact='.length, path.lastIndexOf('/items'))),
  },
  'a query': {
    make: (value) => request('', {}, `/lists?page=2&contact=${encodeURIComponent(value)}&sort=asc`, 'GET'),
    read: ({ path }) => new URLSearchParams(path.split('?')[1]).get('contact') ?? '',
  },
  'a cookie': {
    make: (value) => request('', { cookie: `theme=dark; contact=${encodeURIComponent(value)}` }, '/', 'GET'),
    read: ({ headers }) => decodeURIComponent(/contact=([^;]*)/.exec(headers['cookie'] ?? '')?.[1] ?? ''),
  },
  'a referer': {
    make: (value) => request('', { referer: `https://shop.example/p?contact=${encodeURIComponent(value)}` }, '/', 'GET'),
    read: ({ headers }) => new URL(headers['referer'] ?? '').searchParams.get('contact') ?? '',
  },
  JSON: inBody(
    'application/json',
    (value) => JSON.stringify({ id: 17, deep: [[{ contact: value, price: 1.5 }]] }),
    (text) => (JSON.parse(text) as { deep: { contact: string }[][] }).deep[0]?.[0]?.contact ?? '',
  ),
  'JSON with escapes': inBody(
    'application/json',
    (value) => JSON.stringify({ contact: value }).replaceAll('@', '\\u0040').replaceAll('/', '\\/'),
    (text) => (JSON.parse(text) as { contact: string }).contact,
  ),
  'JSON lines': inBody(
    'application/x-ndjson',
    (value) => `{"id":1}\n${JSON.stringify({ contact: value })}\n`,
    (text) => (JSON.parse(text.split('\n')[1] ?? '') as { contact: string }).contact,
  ),
  'a form': inBody(
    'application/x-www-form-urlencoded',
    (value) => new URLSearchParams({ page: '2', contact: value }).toString(),
    (text) => new URLSearchParams(text).get('contact') ?? '',
  ),
  'a part of a multipart body': inBody(
    `multipart/form-data; boundary=${boundary}`,
    (value) => `--${boundary}\r\nContent-Disposition: form-data; name="contact"\r\n\r\n${value}\r\n--${boundary}--\r\n`,
    (text) => text.split('\r\n')[3] ?? '',
  ),
  'an element': inBody(
    'application/xml',
    (value) => `<?xml version="1.0"?>\n<a xmlns:x="urn:x"><x:contact>${xmlEscape(value)}</x:contact></a>`,
    (text) => xmlUnescape(/<x:contact>(.*)<\/x:contact>/.exec(text)?.[1] ?? ''),
  ),
  'an attribute': inBody(
    'application/soap+xml',
    (value) => `<a><b contact="${xmlEscape(value)}"/></a>`,
    (text) => xmlUnescape(/contact="([^"]*)"/.exec(text)?.[1] ?? ''),
  ),
  CDATA: inBody(
    'text/xml',
    (value) => `<a><contact><![CDATA[${value}]]></contact></a>`,
    (text) => /CDATA\[(.*)\]\]>/.exec(text)?.[1] ?? '',
  ),
  'a literal of GraphQL': inBody(
    'application/graphql',
    (value) => `query { find(contact: ${JSON.stringify(value)}, first: 10) { id } }`,
    (text) => JSON.parse(/contact: ("(?:[^"\\]|\\.)*")/.exec(text)?.[1] ?? '""') as string,
  ),
  'a variable of GraphQL': inBody(
    'application/json',
    (value) => JSON.stringify({ query: 'query($c: String) { find(contact: $c) { id } }', variables: { contact: value } }),
    (text) => (JSON.parse(text) as { variables: { contact: string } }).variables.contact,
  ),
  'a literal in a query of GraphQL': inBody(
    'application/json',
    (value) => JSON.stringify({ query: `{ find(contact: ${JSON.stringify(value)}) { id } }` }),
    (text) => JSON.parse(/contact: ("(?:[^"\\]|\\.)*")/.exec((JSON.parse(text) as { query: string }).query)?.[1] ?? '""') as string,
  ),
  CSV: inBody(
    'text/csv',
    (value) => `id,contact\r\n1,"${value.replaceAll('"', '""')}"\r\n`,
    (text) => (/^1,"(.*)"$/m.exec(text)?.[1] ?? '').replaceAll('""', '"'),
  ),
  text: inBody(
    'text/plain',
    (value) => value,
    (text) => text,
  ),
};

/** Content codings with the way there and back. */
export const codings: Readonly<Record<string, readonly [(bytes: Uint8Array) => Buffer, (bytes: Uint8Array) => Buffer]>> = {
  gzip: [gzipSync, gunzipSync],
  deflate: [deflateSync, inflateSync],
  br: [brotliCompressSync, brotliDecompressSync],
  zstd: [zstdCompressSync, zstdDecompressSync],
};
