import { HoneError } from '../../domain/errors.ts';
import type { IncomingRequest } from '../deidentify/stage.ts';

/** A request as people write it down: one JSON line. `url` or `path`; `body` is text, or any JSON. */
interface WrittenRequest {
  readonly method?: unknown;
  readonly url?: unknown;
  readonly path?: unknown;
  readonly target?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
}

/**
 * The requests of a file: JSON lines (`{"method", "path", "headers", "body"}`), a HAR (its `log.entries`), or one raw HTTP request as curl or a proxy
 * shows it. Throws `input-invalid`.
 */
export function readSample(text: string, limit: number): readonly IncomingRequest[] {
  const whole = tryJson(text);
  const entries = (whole as { log?: { entries?: unknown } } | undefined)?.log?.entries;
  if (Array.isArray(entries)) return entries.slice(0, limit).map((entry, index) => fromHar(entry, `entry ${index + 1}`));
  if (whole !== undefined)
    return (Array.isArray(whole) ? whole : [whole]).slice(0, limit).map((one, index) => fromJson(one, `request ${index + 1}`));
  if (/^[A-Z]+ \S+ HTTP\/\d/.test(text)) return [fromRaw(text)];
  const lines = text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ line, at: `line ${index + 1}` }]));
  return lines.slice(0, limit).map(({ line, at }) => fromJson(tryJson(line), at));
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function fromJson(value: unknown, at: string): IncomingRequest {
  if (typeof value !== 'object' || value === null) throw invalid(at, 'it is no JSON object');
  const { method = 'GET', url, path, target, headers = {}, body = '' } = value as WrittenRequest;
  const where = target ?? path ?? url;
  if (typeof method !== 'string' || typeof where !== 'string') throw invalid(at, 'it has no "path" or "url"');
  const listed = Array.isArray(headers) ? headers.map(nameAndValue) : Object.entries(headers as object);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return request(method, where, listed, text);
}

/** A header of a HAR, or a pair. */
function nameAndValue(header: unknown): [string, unknown] {
  if (Array.isArray(header)) return [String(header[0]), header[1]];
  const { name, value } = header as { name?: unknown; value?: unknown };
  return [typeof name === 'string' ? name : '', value];
}

function fromHar(entry: unknown, at: string): IncomingRequest {
  const har = (entry as { request?: { method?: unknown; url?: unknown; headers?: unknown; postData?: { text?: unknown } } } | null)
    ?.request;
  if (har === undefined) throw invalid(at, 'it has no request');
  return fromJson({ method: har.method, url: har.url, headers: har.headers ?? [], body: har.postData?.text ?? '' }, at);
}

function fromRaw(text: string): IncomingRequest {
  const [head = '', ...rest] = text.split(/\r?\n\r?\n/);
  const [first = '', ...lines] = head.split(/\r?\n/);
  const [method = '', target = ''] = first.split(' ');
  const headers = lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]);
  return request(method, target, headers, rest.join('\r\n\r\n'));
}

function request(method: string, where: string, headers: readonly (readonly [string, unknown])[], body: string): IncomingRequest {
  const url = /^https?:/i.test(where) && URL.canParse(where) ? new URL(where) : null;
  const known = headers.flatMap(([name, value]): [string, string][] =>
    name === '' || name.startsWith(':') ? [] : [[name.trim().toLowerCase(), String(value).trim()]],
  );
  return {
    method: method.toUpperCase(),
    target: url === null ? where : url.pathname + url.search,
    headers: known,
    body: Buffer.from(body),
  };
}

function invalid(at: string, why: string): HoneError {
  const advice =
    'Write one JSON object a line ({"method":"GET","path":"/x?y=1","headers":{},"body":""}), or give a HAR or one raw HTTP request.';
  return new HoneError('input-invalid', `The sample cannot be read at ${at}: ${why}.`, advice);
}
