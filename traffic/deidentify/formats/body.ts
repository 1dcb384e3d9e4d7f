import type { Piece } from '../document.ts';
import { DropRequest, type IncomingRequest } from '../stage.ts';
import { charsetOf, decodeText, encodeText, type Charset } from './charset.ts';
import { codingOf, compress, decompress, type Coding } from './compression.ts';
import { bodyKindOf, declaredCharset, parseContentType, type BodyKind, type ContentType } from './content-type.ts';
import { parseCsv } from './csv.ts';
import { parseForm } from './form.ts';
import { parseGraphql } from './graphql.ts';
import { parseJson, parseJsonLines } from './json.ts';
import { pieceAt, valueAt, type Look } from './look.ts';
import { boundaryOf, parseMultipart } from './multipart.ts';
import { parseXml } from './xml.ts';

/** How a body's text becomes bytes again. */
export interface BodyFormat {
  readonly charset: Charset;
  readonly coding: Coding | null;
}

export interface ParsedBody {
  readonly pieces: readonly Piece[];
  readonly format: BodyFormat;
}

const none: ParsedBody = { pieces: [], format: { charset: 'utf-8', coding: null } };

/**
 * A body as pieces, by its content type. Throws {@link DropRequest}: `unknown-content-type`, `unknown-content-encoding`,
 * `unknown-charset`, `body-too-large`, `unreadable-body`, `binary-part`, `too-deep`, `too-many-values`, `name-too-long`.
 */
export function parseBody(incoming: IncomingRequest, look: Look): ParsedBody {
  if (incoming.body.byteLength === 0) return none;
  const header = headerOf(incoming, 'content-type');
  const type = parseContentType(header ?? '');
  const kind = type === null ? null : bodyKindOf(type.type);
  if (type === null || kind === null) throw new DropRequest('unknown-content-type');
  const coding = codingOf(headerOf(incoming, 'content-encoding'), incoming.body);
  const bytes = coding === null ? incoming.body : decompress(incoming.body, coding, look.maximumBodyBytes);
  const charset = kind === 'multipart' ? 'bytes' : charsetOfBody(type, kind, bytes);
  const format = { charset, coding };
  const text = decodeText(bytes, charset);
  if (kind === 'multipart') {
    const boundary = boundaryOf(header);
    if (boundary === null) throw new DropRequest('unreadable-body');
    return { pieces: parseMultipart(look, text, boundary, parseText), format };
  }
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const hasHeader = type.parameters.get('header')?.toLowerCase() !== 'absent';
  const rest = text.slice(mark.length);
  const pieces = kind === 'csv' ? parseCsv(look, rest, hasHeader, []) : parseText(look, kind, rest, []);
  if (pieces === null) throw new DropRequest('unreadable-body');
  return { pieces: mark === '' ? pieces : [mark, ...pieces], format };
}

/** The value of a header; several are one list (RFC 9110, section 5.2). */
function headerOf(incoming: IncomingRequest, name: string): string | undefined {
  const values = incoming.headers.filter(([key]) => key === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** The bytes of a body's text. */
export function encodeBody(text: string, { charset, coding }: BodyFormat): Buffer {
  const bytes = encodeText(text, charset);
  return coding === null ? bytes : compress(bytes, coding);
}

/** The declared charset; a mark at the beginning, or XML's declaration, says what no parameter does. */
function charsetOfBody(type: ContentType, kind: BodyKind, bytes: Uint8Array): Charset {
  const declared = declaredCharset(type);
  if (declared === null) throw new DropRequest('unknown-charset');
  const label = type.parameters.get('charset')?.toLowerCase();
  if (bytes[0] === 0xfe && bytes[1] === 0xff && (label === undefined || label === 'utf-16')) return 'utf-16be';
  if (label !== undefined) return declared;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (kind !== 'xml') return declared;
  const start = decodeText(bytes.subarray(0, 200), 'bytes');
  const written = charsetOf(/^(?:ï»¿)?<\?xml[^>]*encoding=["']([\w-]{1,40})["']/.exec(start)?.[1] ?? 'utf-8');
  if (written === null || written.startsWith('utf-16')) throw new DropRequest('unknown-charset');
  return written;
}

/** A text as pieces; null when it is not of its kind. */
function parseText(look: Look, kind: BodyKind, text: string, fields: readonly string[]): Piece[] | null {
  switch (kind) {
    case 'json':
      return parseJson(look, text, fields);
    case 'json-lines':
      return parseJsonLines(look, text, fields);
    case 'form':
      return parseForm(look, text, 'body', fields);
    case 'xml':
      return parseXml(look, text, fields);
    case 'graphql':
      return parseGraphql(look, text, fields);
    case 'csv':
      return parseCsv(look, text, true, fields);
    case 'text':
      return [pieceAt(look, valueAt('body', fields), 'plain', text, text)];
    case 'multipart':
    default:
      return null;
  }
}
