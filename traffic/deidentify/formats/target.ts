import type { Piece } from '../document.ts';
import { pathFields } from '../path-rules.ts';
import { DropRequest } from '../stage.ts';
import { decodeSource } from './codecs.ts';
import { addPair, parseForm } from './form.ts';
import { append, leafAt, pieceAt, valueAt, type Look } from './look.ts';

/** Percent-decodes once; what is no valid escape stays as it is. */
export function percentDecode(text: string): string {
  return decodeSource('percent', text);
}

/**
 * The request's target as pieces, in origin-form: of `GET http://host/path` (RFC 9112, section 3.2.2) the path is left. Throws
 * {@link DropRequest} `unreadable-target` for a target that is neither a path nor `*`.
 */
export function parseTarget(look: Look, target: string): Piece[] {
  if (target === '*') return [target];
  const authority = /^https?:\/\/[^/?#]*/i.exec(target)?.[0];
  const origin = authority === undefined ? target : target.slice(authority.length);
  if (origin.startsWith('/')) return parsePath(look, origin);
  if (authority === undefined) throw new DropRequest('unreadable-target');
  return ['/', ...parsePath(look, origin)];
}

/** Path and query as pieces. A path segment goes by the name of the segment before it; matrix parameters are read like a query. */
export function parsePath(look: Look, target: string, place: 'path' | 'link' = 'path'): Piece[] {
  const question = target.indexOf('?');
  const pieces = pathPieces(look, question < 0 ? target : target.slice(0, question), '', place);
  if (question >= 0) append(pieces, ['?', ...parseForm(look, target.slice(question + 1), 'query')]);
  return pieces;
}

function pathPieces(look: Look, path: string, previous: string, place: 'path' | 'link'): Piece[] {
  const pieces: Piece[] = [];
  let before = previous;
  for (let at = 0; ;) {
    const slash = path.indexOf('/', at);
    const segment = slash < 0 ? path.slice(at) : path.slice(at, slash);
    if (segment !== '') before = addSegment(look, segment, before, place, pieces);
    if (slash < 0) return pieces;
    pieces.push('/');
    at = slash + 1;
  }
}

/** Adds a segment with its matrix parameters; answers the name that the next one goes by. */
function addSegment(look: Look, segment: string, before: string, place: 'path' | 'link', pieces: Piece[]): string {
  const [first = '', ...parameters] = segment.includes(';') ? segment.split(';') : [segment];
  const text = decodeSource('percent', first);
  if (first !== '') pieces.push(segmentPiece(look, first, text, before, place));
  // `name=value` of a segment (RFC 3986, section 3.3). Its place is the query's: what it holds is a value, not a word of the route.
  for (const parameter of parameters) {
    pieces.push(';');
    addPair(look, parameter, 'query', 'percent', [], pieces);
  }
  return text.includes('/') ? text.slice(text.lastIndexOf('/') + 1) : text;
}

/** A segment with escaped slashes is a path of its own, unless it is a URL. */
function segmentPiece(look: Look, source: string, text: string, before: string, place: 'path' | 'link'): Piece {
  const spot = valueAt(place, before === '' ? [] : pathFields(before));
  const isPath = text.includes('/') && !text.includes('://') && !/[?%{}[\]<>"]/.test(text);
  if (!isPath) return pieceAt(look, spot, 'percent', source, text);
  return { encoding: 'percent', source, pieces: pathPieces(look, text, before, place) };
}

/** A text that is a URL or a path with a query, as pieces; null for any other. */
export function parseUrl(look: Look, text: string, fields: readonly string[]): Piece[] | null {
  const authority = /^(?:[a-z][a-z0-9+.-]{0,30}:)?\/\/[^\s/?#]*/i.exec(text)?.[0];
  const rest = authority === undefined ? text : text.slice(authority.length);
  if (!/^[/?#]\S*$/.test(rest) || (authority === undefined && !/^\/[^\s?]*\?[^\s=]*=/.test(rest))) return null;
  const target = parsePath(look, rest, 'link');
  return authority === undefined ? target : [leafAt(look, valueAt('body', fields), 'plain', authority, authority), ...target];
}
