import type { HeaderPieces, Piece } from '../document.ts';
import { isContentHash } from '../field-words.ts';
import { DropRequest, type IncomingRequest } from '../stage.ts';
import { base64Text } from './base64.ts';
import { credentialPieces } from './credentials.ts';
import { generalised, hourAfter } from './generalise.ts';
import { leafAt, nameAt, pieceAt, valueAt, type Look } from './look.ts';
import { boundaryOf, boundaryPiece, bytesPiece } from './multipart.ts';
import { parsePath } from './target.ts';

/** Headers that hold identifiers and are passed on with pseudonyms. */
const pseudonymous = new Set([
  'authorization',
  'cookie',
  'x-forwarded-for',
  'x-real-ip',
  'x-api-key',
  'x-csrf-token',
  'if-match',
  'if-none-match',
  'if-range',
  'origin',
  'referer',
  'soapaction',
]);

/** Set anew by whoever sends a request. */
const transport = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive', 'x-hone-request-id']);

/**
 * Left out unless the manifest names them: what belongs to one connection (RFC 9110, section 7.6.1), what would make another request of this one, what
 * is true of the raw body alone, and what tells browsers or their owners apart by design (client hints of high entropy, certificates, DNS names).
 */
const removed =
  /^(?:te|trailer|upgrade|expect|via|from|forwarded|http2-settings|max-forwards|early-data|proxy-.*|x-forwarded-(?!proto$|port$|for$).*|x-(?:http-)?method(?:-override)?|x-original-.*|x-rewrite-.*|content-(?:md5|digest|location)|(?:repr-|want-.*)?digest|signature.*|x-.*-signature.*|x-hub-.*|sec-websocket-.*|sec-ch-ua-(?!mobile$|platform$).+|sec-ch-(?:device|viewport|width|dpr).*|x-(?:ssl|tls|client-cert).*|ssl-.*|client-cert.*|x-hone-.*|last-event-id|cf-.*|true-client-.*|fastly-.*|x-amz.*|x-azure.*|x-goog.*)$/;

/**
 * The headers that may leave, taken apart. What is not on the list is left out and counted. Throws {@link DropRequest}
 * `not-replayable` for a request that asks for a tunnel or another protocol.
 */
export function parseHeaders(incoming: IncomingRequest, look: Look): HeaderPieces[] {
  const host = incoming.headers.find(([name]) => name === 'host')?.[1] ?? '';
  const headers: HeaderPieces[] = [];
  for (const [name, value] of incoming.headers) {
    if (name === 'upgrade' && /websocket/i.test(value)) throw new DropRequest('not-replayable');
    if (transport.has(name)) continue;
    const generalise = generalised[name];
    if (generalise !== undefined) {
      const kept = generalise(value, incoming);
      if (kept !== value) look.count('header-generalised');
      if (kept !== null) headers.push({ name, pieces: name === 'content-type' ? typePieces(look, kept, value) : [kept] });
    } else if (pseudonymous.has(name) || look.rules([name])?.explicit === true) {
      const pieces = valuePieces(look, name, value, host);
      if (pieces === null) look.count('header-removed');
      else headers.push({ name, pieces });
    } else if (look.rules.unknownHeaders === 'drop' || removed.test(name)) look.count('header-removed');
    else headers.push({ name, pieces: [otherPiece(look, name, value)] });
  }
  return headers;
}

/** Any other header stays as it is, but for what its name or its value's form says of somebody. */
function otherPiece(look: Look, name: string, value: string): Piece {
  const bare = name.replace(/^x-/, '');
  const isToken = !isSetting(bare, value) && !isContentHash(bare) && isOpaque(value);
  return bytesPiece(look, valueAt('header', isToken ? [name, bare, 'token'] : [name, bare]), value);
}

/** True for a value that may be made for one client, whatever it is called: letters and digits in a word, or many digits. Words, small numbers, versions and dates are not. */
function isOpaque(value: string): boolean {
  if (/^v?\d+(?:[._-]\d+)*(?:[-+._][a-z]+[.-]?\d{0,4})?$/i.test(value) && !/^\d{7,}$/.test(value)) return false;
  return value
    .split(/[^A-Za-z\d]+/)
    .some((word) => /^\d{7,}$/.test(word) || (word.length >= 6 && /\d/.test(word) && /[A-Za-z]/.test(word)));
}

/** A multipart body is found by its boundary. */
function typePieces(look: Look, kept: string, value: string): Piece[] {
  const boundary = kept.startsWith('multipart/form-data') ? boundaryOf(value) : null;
  if (boundary === null) return [kept];
  const quote = /^[\w'+.-]+$/.test(boundary) ? '' : '"';
  return [`${kept}; boundary=${quote}`, boundaryPiece(look, boundary), quote];
}

/** Null when nothing of the header may leave. */
function valuePieces(look: Look, name: string, value: string, host: string): Piece[] | null {
  if (name === 'cookie') return cookiePieces(look, value);
  if (name === 'authorization') return authorizationPieces(look, value);
  if (name === 'origin' || name === 'referer') return urlPieces(look, value, host);
  const spot = valueAt('header', [name]);
  if (name === 'x-forwarded-for')
    return value.split(/(,\s*)/).map((part, index) => (index % 2 === 1 ? part : leafAt(look, spot, 'plain', part, part)));
  if (name === 'if-range' && !value.includes('"')) return dated(hourAfter(value));
  if (name === 'if-match' || name === 'if-none-match' || name === 'if-range') return tagPieces(look, name, value);
  return [bytesPiece(look, spot, value)];
}

const dated = (value: string | null): Piece[] | null => (value === null ? null : [value]);

/** Each cookie's value is a leaf, by its name; one without a rule of its own is a token when its value may be somebody's. */
function cookiePieces(look: Look, value: string): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; ;) {
    const semicolon = value.indexOf(';', at);
    const part = semicolon < 0 ? value.slice(at) : value.slice(at, semicolon);
    const equals = part.indexOf('=');
    if (equals < 0) pieces.push(bytesPiece(look, valueAt('header', ['token']), part));
    else {
      const name = part.slice(0, equals);
      const spot = valueAt('header', cookieFields(look, name, part.slice(equals + 1)));
      pieces.push(bytesPiece(look, nameAt('header'), name), '=', bytesPiece(look, spot, part.slice(equals + 1)));
    }
    if (semicolon < 0) return pieces;
    let next = semicolon + 1;
    while (value[next] === ' ') next += 1;
    pieces.push(value.slice(semicolon, next));
    at = next;
  }
}

/** Headers and cookies of a page's looks and of what is tried out on it, as sites call them. */
const setting =
  /(?:theme|lang|language|locale|currency|country|region|market|tz|timezone|consent|banner|gdpr|dnt|variant|variation|bucket|experiment|ab|abtest|feature|flag|flags|version|ver|build|release|channel|env|layout|view|mode|density|sort|seen|dismissed|debug|contrast|fontsize|sidebar|units?)$/i;

const isSetting = (name: string, value: string) => setting.test(name) && value.length <= 40 && !/[A-Za-z\d]{20}/.test(value);

/** The names that a cookie's value goes by. */
function cookieFields(look: Look, name: string, value: string): readonly string[] {
  const decision = look.rules([name]);
  if (decision !== null) return decision.rule === 'someone' || decision.rule === 'reference' ? ['token'] : [name, 'token'];
  if (isSetting(name, value)) return [name];
  return isOpaque(value) || !ordinaryValue.test(value) ? [name, 'token'] : [name];
}

/** Words, numbers of at most three digits, a language, a day. */
const ordinaryValue = /^(?:[a-z]{1,16}(?:[-_][a-z]{1,16}){0,3}|[A-Za-z]{1,3}|-?\d{1,3}|[a-z]{2}[-_][A-Za-z]{2}|\d{4}-\d{2}-\d{2})$/;

function authorizationPieces(look: Look, value: string): Piece[] {
  const scheme = /^(?:Basic|Bearer|Token|ApiKey)\s+/i.exec(value)?.[0] ?? '';
  const text = value.slice(scheme.length);
  const decoded = /^basic/i.test(scheme) ? base64Text(text) : null;
  if (decoded?.includes(':') === true)
    return [scheme, { encoding: 'base64', source: text, pieces: credentialPieces(look, 'header', decoded) }];
  const spot = valueAt('header', ['authorization']);
  // A credential is one token whatever it holds, since whoever checks it checks all of it; but it may be written with escapes.
  return [scheme, /[%&\\]/.test(text) ? pieceAt(look, spot, 'plain', text, text) : leafAt(look, spot, 'plain', text, text)];
}

/** Entity tags (RFC 9110, section 8.8.3): a server may give each client its own, so that they are tokens. */
function tagPieces(look: Look, name: string, value: string): Piece[] {
  const spot = valueAt('header', [name, 'token']);
  return value
    .split(/((?:W\/)?"|[,\s*]+)/)
    .map((part, index) => (index % 2 === 1 || part === '' ? part : leafAt(look, spot, 'plain', part, part)));
}

/** The page that a request comes from: whose host it is, is kept as same or other; its path and query are leaves. */
function urlPieces(look: Look, value: string, host: string): Piece[] | null {
  if (value === 'null') return [value];
  const found = /^(https?:\/\/)([^\s/?#]+)([/?#]\S*)?$/i.exec(value);
  if (found === null) return null;
  const [, scheme = '', authority = '', path = ''] = found;
  const place = authority.toLowerCase() === host.toLowerCase() ? 'same.example' : 'other.example';
  return [`${scheme}${place}`, ...(path === '' ? [] : parsePath(look, path, 'link'))];
}
