import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { IncomingRequest } from '../../deidentify/stage.ts';

type Spell = (text: string) => string;

const everyCharacter =
  (write: (character: string) => string): Spell =>
  (text) =>
    Array.from(text, write).join('');
const percent: Spell = (text) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const unicode: Spell = everyCharacter((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
const html: Spell = everyCharacter((character) => `&#${character.codePointAt(0)};`);
const base64: Spell = (text) => Buffer.from(text).toString('base64');

/** A place and a spelling in which a canary is planted. */
export interface Variant {
  readonly name: string;
  /** False where a field has no name. */
  readonly isNamed: boolean;
  /** Names around the field that a manifest may have a rule for. */
  readonly around?: readonly string[];
  readonly request: (field: string, value: string) => IncomingRequest;
}

const get = (target: string, headers: readonly (readonly [string, string])[] = []): IncomingRequest => ({
  method: 'GET',
  target,
  headers,
  body: new Uint8Array(),
});
const post = (type: string, body: string | Uint8Array, coding?: string): IncomingRequest => ({
  method: 'POST',
  target: '/canary',
  headers: [['content-type', type], ...(coding === undefined ? [] : [['content-encoding', coding] as const])],
  body: typeof body === 'string' ? Buffer.from(body) : body,
});
const json = (member: string): string => `{"canary":true,"canaries":[{"canaryNumber":1,${member}}]}`;
const named = (field: string, value: string): string => json(`"${field}":${JSON.stringify(value)}`);
const boundary = 'canary-boundary';
const multipart = (field: string, value: string): string =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n--${boundary}--\r\n`;

/** Where and how canaries are planted: every place and encoding that de-identification promises to look into. */
export const variants: readonly Variant[] = [
  { name: 'query', isNamed: true, request: (field, value) => get(`/canary?page=1&${field}=${encodeURIComponent(value)}`) },
  { name: 'JSON', isNamed: true, request: (field, value) => post('application/json', named(field, value)) },
  {
    name: 'form',
    isNamed: true,
    request: (field, value) => post('application/x-www-form-urlencoded', `a=1&${field}=${encodeURIComponent(value)}`),
  },
  { name: 'query, percent-encoded', isNamed: true, request: (field, value) => get(`/canary?${field}=${percent(value)}`) },
  {
    name: 'JSON, unicode escapes',
    isNamed: true,
    request: (field, value) => post('application/json', json(`"${field}":"${unicode(value)}"`)),
  },
  {
    name: 'JSON in a JSON string',
    isNamed: true,
    request: (field, value) => post('application/json', named('canaryPayload', JSON.stringify({ [field]: value }))),
  },
  {
    name: 'multipart',
    isNamed: true,
    request: (field, value) => post(`multipart/form-data; boundary=${boundary}`, multipart(field, value)),
  },
  {
    name: 'XML',
    isNamed: true,
    request: (field, value) => post('application/xml', `<canary><${field}>${escaped(value)}</${field}></canary>`),
  },
  { name: 'JSON, gzip', isNamed: true, request: (field, value) => post('application/json', gzipSync(named(field, value)), 'gzip') },
  { name: 'JSON, br', isNamed: true, request: (field, value) => post('application/json', brotliCompressSync(named(field, value)), 'br') },
  { name: 'JSON, zstd', isNamed: true, request: (field, value) => post('application/json', zstdCompressSync(named(field, value)), 'zstd') },
  {
    name: 'GraphQL variable',
    isNamed: true,
    around: ['query', 'variables'],
    request: (field, value) =>
      post('application/json', JSON.stringify({ query: `query($${field}:String){a(b:$${field})}`, variables: { [field]: value } })),
  },
  { name: 'path', isNamed: false, request: (_field, value) => get(`/canary/${encodeURIComponent(value)}`) },
  { name: 'text', isNamed: false, request: (_field, value) => post('text/plain', `A canary: ${value} sings.`) },
  { name: 'cookie', isNamed: true, request: (field, value) => get('/canary', [['cookie', `${field}=${encodeURIComponent(value)}`]]) },
  { name: 'JSON, base64', isNamed: true, request: (field, value) => post('application/json', named(field, base64(value))) },
  { name: 'JSON, percent-encoded', isNamed: true, request: (field, value) => post('application/json', named(field, percent(value))) },
  { name: 'JSON, HTML entities', isNamed: true, request: (field, value) => post('application/json', named(field, html(value))) },
  {
    name: 'query, base64 of JSON',
    isNamed: true,
    request: (field, value) => get(`/canary?canaryState=${encodeURIComponent(base64(JSON.stringify({ [field]: value })))}`),
  },
];

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
