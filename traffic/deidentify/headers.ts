import { mediaType } from './body.ts';
import { makeLeaf, type HeaderPieces, type Piece } from './document.ts';
import type { FieldRules } from './fields.ts';
import type { Count, IncomingRequest } from './stage.ts';

/** Headers that describe a client's kind, each cut down to what the code may branch on. */
const generalised: Readonly<Record<string, (value: string) => string | null>> = {
  accept: (value) => (/^[\w*+./;=, -]{1,300}$/.test(value) ? mediaTypes(value) : '*/*'),
  'accept-language': (value) => /^[a-z]{2,3}(?=[-,;\s]|$)/i.exec(value)?.[0].toLowerCase() ?? null,
  'content-type': (value) => mediaType(value),
  'user-agent': userAgent,
  'x-requested-with': (value) => (value === 'XMLHttpRequest' ? value : null),
};

function mediaTypes(value: string): string {
  const types = value.split(',').flatMap((part) => {
    const type = part.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    return /^[a-z*]+\/[a-z0-9.+*-]{1,40}$/.test(type) ? [type] : [];
  });
  return types.length === 0 ? '*/*' : types.slice(0, 8).join(', ');
}

function userAgent(value: string): string {
  const family = /\b(Edg|OPR|Firefox|Chrome|Version|curl|Wget|python-requests|okhttp|Go-http-client|axios|h2load)[/ ](\d{1,3})/.exec(value);
  return family === null ? 'other' : `${family[1] === 'Version' ? 'Safari' : family[1]}/${family[2]}`;
}

/** Headers that hold identifiers and are passed on with pseudonyms. All others are left out unless the manifest names them. */
const pseudonymous = new Set(['authorization', 'cookie', 'x-forwarded-for', 'x-real-ip', 'x-api-key', 'x-csrf-token']);

/** The headers that may leave, taken apart. What is not on the list is left out and counted. */
export function parseHeaders(incoming: IncomingRequest, rules: FieldRules, count: Count): HeaderPieces[] {
  const headers: HeaderPieces[] = [];
  for (const [name, value] of incoming.headers) {
    if (transport.has(name)) continue;
    const generalise = generalised[name];
    if (generalise !== undefined) {
      const kept = generalise(value);
      if (kept !== value) count('header-generalised');
      if (kept !== null) headers.push({ name, pieces: [kept] });
    } else if (pseudonymous.has(name) || rules([name])?.explicit === true) {
      headers.push({ name, pieces: name === 'cookie' ? cookiePieces(value) : valuePieces(name, value) });
    } else count('header-removed');
  }
  return headers;
}

/** Set anew by whoever sends a request. */
const transport = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive', 'x-hone-request-id']);

/** Each cookie's value is a leaf; without a rule of its own a cookie is a token. */
function cookiePieces(value: string): Piece[] {
  return value.split(/(;\s*)/).flatMap((part, index): Piece[] => {
    const equals = part.indexOf('=');
    if (index % 2 === 1) return [part];
    if (equals < 0) return [makeLeaf('header', ['token'], 'plain', part, part)];
    const name = part.slice(0, equals);
    const text = part.slice(equals + 1);
    return [makeLeaf('header', ['cookie'], 'plain', name, name, true), '=', makeLeaf('header', [name, 'token'], 'plain', text, text)];
  });
}

function valuePieces(name: string, value: string): Piece[] {
  const scheme = name === 'authorization' ? /^(?:Basic|Bearer|Token|ApiKey)\s+/i.exec(value)?.[0] : undefined;
  if (scheme !== undefined) {
    const text = value.slice(scheme.length);
    return [scheme, makeLeaf('header', [name], 'plain', text, text)];
  }
  if (name !== 'x-forwarded-for') return [makeLeaf('header', [name], 'plain', value, value)];
  return value.split(/(,\s*)/).map((part, index) => (index % 2 === 1 ? part : makeLeaf('header', [name], 'plain', part, part)));
}
