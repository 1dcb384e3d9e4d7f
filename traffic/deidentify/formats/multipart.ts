import type { Piece } from '../document.ts';
import { DropRequest } from '../stage.ts';
import { decodeSource } from './codecs.ts';
import { bodyKindOf, parseContentType, type BodyKind } from './content-type.ts';
import { append, leafAt, nameAt, pieceAt, valueAt, type Look, type Spot } from './look.ts';

/** Reads the text of a part as a body of its kind; null when it is none. */
export type ParseText = (look: Look, kind: BodyKind, text: string, fields: readonly string[]) => Piece[] | null;

/** The boundary of a content type (RFC 2046, section 5.1.1); null when there is none. */
export function boundaryOf(contentType: string | undefined): string | null {
  const boundary = parseContentType(contentType ?? '')?.parameters.get('boundary') ?? '';
  return /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary) ? boundary : null;
}

/** The boundary as a leaf: the same text in the header and before each part, so that it becomes the same pseudonym. */
export function boundaryPiece(look: Look, boundary: string): Piece {
  return leafAt(look, valueAt('body', ['boundary']), 'plain', boundary, boundary);
}

/**
 * multipart/form-data (RFC 7578) as pieces; a character of `text` is a byte. Values go by the name of their part. A part that is no
 * text drops the request unless the manifest says of its field `mask` or `drop` (as many zeros) or `keep`. Throws {@link DropRequest}
 * `unreadable-body` or `binary-part`.
 */
export function parseMultipart(look: Look, text: string, boundary: string, parse: ParseText): Piece[] {
  const pieces: Piece[] = [];
  const delimiter = `--${boundary}`;
  let at = text.startsWith(delimiter) ? 0 : -1;
  if (at < 0) {
    at = text.indexOf(`\r\n${delimiter}`) + 2;
    if (at < 2 || text.slice(0, at).trim() !== '') throw new DropRequest('unreadable-body');
    pieces.push(text.slice(0, at));
  }
  for (;;) {
    pieces.push('--', boundaryPiece(look, boundary));
    at += delimiter.length;
    const end = /^(--)?[ \t]*(\r\n|$)/.exec(text.slice(at, at + 80));
    if (end === null || (end[1] === undefined && end[2] === '')) throw new DropRequest('unreadable-body');
    pieces.push(end[0]);
    at += end[0].length;
    if (end[1] !== undefined) break;
    const next = text.indexOf(`\r\n${delimiter}`, at - 2);
    if (next < 0) throw new DropRequest('unreadable-body');
    append(pieces, partPieces(look, text.slice(at, Math.max(at, next)), parse));
    if (next >= at) pieces.push('\r\n');
    at = next + 2;
  }
  if (text.slice(at).trim() !== '') throw new DropRequest('unreadable-body');
  pieces.push(text.slice(at));
  return pieces;
}

interface Part {
  name: string;
  isFile: boolean;
  type: string | null;
  isEncoded: boolean;
}

function partPieces(look: Look, text: string, parse: ParseText): Piece[] {
  const end = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n');
  if (end < 0) throw new DropRequest('unreadable-body');
  const part: Part = { name: '', isFile: false, type: null, isEncoded: false };
  const lines = text.slice(0, end).split('\r\n');
  const head = lines.flatMap((line, index) => [index === 0 ? '' : '\r\n', ...headerPieces(look, line, part)]);
  const gap = end === 0 ? '\r\n' : '\r\n\r\n';
  return [...head, gap, ...contentPieces(look, text.slice(end + gap.length), part, parse)];
}

/** A header of a part: the names and values in it are leaves, and what it says of the part is noted. */
function headerPieces(look: Look, line: string, part: Part): Piece[] {
  if (line === '') return [];
  const colon = line.indexOf(':');
  const name = line.slice(0, colon).toLowerCase();
  const value = line.slice(colon + 1);
  if (colon < 1 || !/^[\w-]{1,60}$/.test(name)) throw new DropRequest('unreadable-body');
  const start = line.slice(0, colon + 1);
  if (name === 'content-disposition') return [start, ...dispositionPieces(look, value, part)];
  if (name === 'content-transfer-encoding') part.isEncoded = !/^\s*(?:7bit|8bit|binary)\s*$/i.test(value);
  if (name === 'content-type') part.type = parseContentType(value)?.type ?? 'application/octet-stream';
  return [start, bytesPiece(look, valueAt('body', [name]), value)];
}

function dispositionPieces(look: Look, value: string, part: Part): Piece[] {
  if (!/^\s*form-data\s*(?:;|$)/i.test(value)) throw new DropRequest('unreadable-body');
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of value.matchAll(/;\s*([\w*-]{1,40})=("(?:[^"\\]|\\.)*"|[^;\s"]*)/g)) {
    const [whole, key = '', raw = ''] = found;
    const isQuoted = raw.startsWith('"');
    const source = isQuoted ? raw.slice(1, -1) : raw;
    if (key.toLowerCase() === 'name') part.name = decodeBytes(source);
    if (key.toLowerCase().startsWith('filename')) part.isFile = true;
    const spot = key.toLowerCase() === 'name' ? nameAt('body') : valueAt('body', [key.replace(/\*$/, '')]);
    const start = found.index + whole.length - raw.length + (isQuoted ? 1 : 0);
    const before = value.slice(at, found.index);
    if (before.trim() !== '' && at > 0) pieces.push(bytesPiece(look, valueAt('body', []), before));
    else pieces.push(before);
    pieces.push(value.slice(found.index, start));
    if (source !== '') pieces.push(bytesPiece(look, spot, source));
    if (isQuoted) pieces.push('"');
    at = found.index + whole.length;
  }
  if (part.name === '' && !part.isFile) throw new DropRequest('unreadable-body');
  const rest = value.slice(at);
  return rest === '' ? pieces : [...pieces, bytesPiece(look, valueAt('body', []), rest)];
}

function contentPieces(look: Look, content: string, part: Part, parse: ParseText): Piece[] {
  if (content === '') return [];
  const fields = part.name === '' ? [] : [part.name];
  const kind = part.type === null ? (part.isFile ? null : 'text') : bodyKindOf(part.type);
  const utf8 = isUtf8(content);
  const rule = look.rules(fields);
  if (kind === null || kind === 'multipart' || part.isEncoded || !utf8) {
    const said = rule?.explicit === true ? rule.rule : null;
    if (said === 'keep') return [content];
    if (said !== 'mask' && said !== 'drop') throw new DropRequest('binary-part');
    look.count('mask');
    return ['0'.repeat(content.length)];
  }
  if (kind === 'text') return [bytesPiece(look, valueAt('body', fields), content)];
  const text = decodeBytes(content);
  const pieces = parse(look, kind, text, fields);
  if (pieces === null) throw new DropRequest('unreadable-body');
  return text === content ? pieces : [{ encoding: 'utf-8', source: content, pieces }];
}

/** A text whose characters are bytes, as UTF-8 where it is. */
export function bytesPiece(look: Look, spot: Spot, source: string): Piece {
  const text = decodeBytes(source);
  return text === source ? pieceAt(look, spot, 'plain', source, source) : pieceAt(look, spot, 'utf-8', source, text);
}

function decodeBytes(source: string): string {
  return hasHighBytes(source) && isUtf8(source) ? decodeSource('utf-8', source) : source;
}

const hasHighBytes = (source: string) => /[\u0080-\u00FF]/.test(source);

/** True for bytes that are text: UTF-8 without NUL. */
function isUtf8(source: string): boolean {
  if (source.includes('\0')) return false;
  if (!hasHighBytes(source)) return true;
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(source, 'latin1'));
    return true;
  } catch {
    return false;
  }
}
