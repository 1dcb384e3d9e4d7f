import { makeLeaf, type Piece } from './document.ts';
import { parseForm, parseJson } from './parse.ts';
import { DropRequest, type IncomingRequest } from './stage.ts';

export type BodyKind = 'none' | 'json' | 'form' | 'text';

/** The media type without parameters, lower case; null when it is none. */
export function mediaType(contentType: string): string | null {
  const essence = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^[a-z]+\/[a-z0-9.+-]{1,80}$/.test(essence) ? essence : null;
}

/** What a body is, by its content type; null for one that the pipeline cannot look into. */
function bodyKind(contentType: string | undefined, sizeBytes: number): BodyKind | null {
  if (sizeBytes === 0) return 'none';
  const type = contentType === undefined ? null : mediaType(contentType);
  if (type === null) return null;
  if (type === 'application/json' || type.endsWith('+json')) return 'json';
  if (type === 'application/x-www-form-urlencoded') return 'form';
  return type === 'text/plain' ? 'text' : null;
}

/** Throws {@link DropRequest} `unknown-content-type` or `unreadable-body`. */
export function parseBody(incoming: IncomingRequest): Piece[] {
  const header = (name: string) => incoming.headers.find(([key]) => key === name)?.[1];
  const kind = bodyKind(header('content-type'), incoming.body.byteLength);
  const encoding = header('content-encoding');
  if (kind === null || (kind !== 'none' && encoding !== undefined && encoding !== 'identity'))
    throw new DropRequest('unknown-content-type');
  if (kind === 'none') return [];
  const text = decodeUtf8(incoming.body);
  if (kind === 'json') return parseJson(text);
  return kind === 'form' ? parseForm(text, 'body') : [makeLeaf('body', [], 'plain', text, text)];
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new DropRequest('unreadable-body');
  }
}
