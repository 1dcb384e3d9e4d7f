import { charsetOf, type Charset } from './charset.ts';

/** What a body's text is. */
export type BodyKind = 'json' | 'json-lines' | 'form' | 'multipart' | 'xml' | 'graphql' | 'csv' | 'text';

/** A content type taken apart. */
export interface ContentType {
  /** The media type without parameters, lower case. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Null when it is no media type. */
export function parseContentType(value: string): ContentType | null {
  const semicolon = value.indexOf(';');
  const type = (semicolon < 0 ? value : value.slice(0, semicolon)).trim().toLowerCase();
  if (!/^[a-z]+\/[a-z0-9.+-]{1,80}$/.test(type)) return null;
  const parameters = new Map<string, string>();
  if (semicolon >= 0) {
    for (const [, name = '', quoted, bare = ''] of value.slice(semicolon).matchAll(/;\s*([\w-]{1,40})=(?:"([^"\\]*)"|([^\s;"]*))/g))
      parameters.set(name.toLowerCase(), quoted ?? bare);
  }
  return { type, parameters };
}

const kinds: Readonly<Record<string, BodyKind>> = {
  'application/json': 'json',
  'text/json': 'json',
  'application/x-ndjson': 'json-lines',
  'application/ndjson': 'json-lines',
  'application/jsonl': 'json-lines',
  'application/x-www-form-urlencoded': 'form',
  'multipart/form-data': 'multipart',
  'text/xml': 'xml',
  'application/xml': 'xml',
  'application/graphql': 'graphql',
  'text/csv': 'csv',
  'text/tab-separated-values': 'csv',
  'text/plain': 'text',
};

/** What a body of the type is; null for one that Hone does not look into. */
export function bodyKindOf(type: string): BodyKind | null {
  const kind = kinds[type];
  if (kind !== undefined) return kind;
  if (type.endsWith('+json') || type.startsWith('application/x-amz-json-')) return 'json';
  return type.endsWith('+xml') ? 'xml' : null;
}

/** The declared charset; `utf-8` without one, null for one that cannot be written back. */
export function declaredCharset({ parameters }: ContentType): Charset | null {
  return charsetOf(parameters.get('charset') ?? 'utf-8');
}

/** The parameters that the body is read by, and nothing else of a content type. */
export function generaliseContentType(value: string): string | null {
  const parsed = parseContentType(value);
  if (parsed === null) return null;
  const { type, parameters } = parsed;
  const charset = parameters.get('charset')?.toLowerCase();
  const header = parameters.get('header')?.toLowerCase();
  const kept = [
    charset !== undefined && charsetOf(charset) !== null ? `; charset=${charset}` : '',
    header === 'absent' || header === 'present' ? `; header=${header}` : '',
  ];
  return type + kept.join('');
}
