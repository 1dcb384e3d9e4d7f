import { headerOf, targetOf, type CapturedEntry } from './captured.ts';
import { readTime } from './times.ts';

/**
 * Where a JSON access log has what: the names of nginx's variables, as its documentation's and most people's formats use them, and those
 * of Envoy's default JSON format. The first that is there counts.
 */
const fields = {
  method: ['request_method', 'method', ':method'],
  target: ['request_uri', 'x-envoy-original-path', 'x_envoy_original_path', 'path', ':path', 'uri', 'url'],
  status: ['status', 'response_code'],
  bodyBytes: ['upstream_response_length', 'body_bytes_sent', 'bytes_sent'],
  body: ['request_body'],
  /** When the request came. */
  start: ['start_time'],
  /** When the line was written, after the answer. */
  end: ['msec', 'time_iso8601', 'time_local', 'time', '@timestamp', 'timestamp', 'ts'],
  /** Seconds from the one to the other, `$request_time`. */
  took: ['request_time'],
} as const;

/** Headers under names of their own. `http_x_y` of nginx is the header x-y; `headers` and `request_headers` may hold all. */
const headerFields: Readonly<Record<string, string>> = {
  user_agent: 'user-agent',
  content_type: 'content-type',
  authority: 'host',
  ':authority': 'host',
  x_forwarded_for: 'x-forwarded-for',
};

type Line = Readonly<Record<string, unknown>>;

/** One line of an access log of nginx or Envoy that is written as JSON; null for a line that is no request. */
export function readLogLine(text: string): CapturedEntry {
  const line = parse(text);
  if (line === null) return null;
  // nginx's $request is the whole first line: GET /x HTTP/1.1
  const [, firstMethod, firstTarget] = /^(\S+) (\S+) HTTP\/[\d.]+$/.exec(textOf(line, ['request']) ?? '') ?? [];
  const method = textOf(line, fields.method) ?? firstMethod;
  const target = targetOf(textOf(line, fields.target) ?? firstTarget ?? '');
  if (method === undefined || target === null) return null;
  const status = Number(textOf(line, fields.status) ?? 0);
  return {
    request: { method: method.toUpperCase(), target, headers: headersOf(line), body: Buffer.from(textOf(line, fields.body) ?? '') },
    at: timeOf(line),
    answer: status > 0 ? { status, bodyBytes: Number(textOf(line, fields.bodyBytes) ?? 0) || 0 } : null,
  };
}

/** A line of whole seconds stays at its own: less a time in milliseconds it would come before lines that it followed. */
function timeOf(line: Line): number | null {
  const start = textOf(line, fields.start);
  if (start !== undefined) return readTime(start)?.at ?? null;
  const end = readTime(textOf(line, fields.end) ?? '');
  if (end === null || end.isCoarse) return end?.at ?? null;
  const tookSeconds = Number(textOf(line, fields.took) ?? 0);
  return end.at - (tookSeconds > 0 ? tookSeconds * 1000 : 0);
}

function parse(text: string): Line | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Line) : null;
  } catch {
    return null;
  }
}

/** nginx and Envoy write "-" for what is not there. */
function textOf(line: Line, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = line[name];
    if ((typeof value === 'string' && value !== '' && value !== '-') || typeof value === 'number') return String(value);
  }
  return undefined;
}

function headersOf(line: Line): readonly (readonly [string, string])[] {
  const nested = [line['headers'], line['request_headers']].flatMap((value) =>
    typeof value === 'object' && value !== null ? Object.entries(value as Line) : [],
  );
  const own = Object.entries(line).flatMap(([name, value]): [string, unknown][] => {
    if (name.startsWith('http_')) return [[name.slice('http_'.length).replaceAll('_', '-'), value]];
    const header = headerFields[name];
    return header === undefined ? [] : [[header, value]];
  });
  return [...own, ...nested].flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' && value !== '-' ? headerOf(name, value) : [],
  );
}
