import { headerOf, targetOf, type CapturedEntry } from './captured.ts';
import { readTime } from './times.ts';

/** What GoReplay (github.com/buger/goreplay, "Saving and replaying from file") writes between two payloads. */
export const payloadSeparator = '\n🐵🙈🙉\n';

/**
 * One payload of a GoReplay capture: a line with its kind (1 request, 2 response, 3 replayed response), id and time in nanoseconds, then HTTP as
 * it was on the wire. Null for what is no request: answers are other payloads, and are not looked for.
 * @param payload the bytes as Latin-1
 */
export function readPayload(payload: string): CapturedEntry {
  const [, kind, time = '', http = ''] = /^\s*(\d) \S+ ?(\S*)[^\n]*\n([^]*)$/.exec(payload) ?? [];
  if (kind !== '1') return null;
  const end = http.search(/\r?\n\r?\n/);
  const [first = '', ...lines] = (end === -1 ? http : http.slice(0, end)).split(/\r?\n/);
  const [, method, address = ''] = /^([A-Z]+) (\S+) HTTP\/[\d.]+$/.exec(first) ?? [];
  const target = targetOf(address);
  if (method === undefined || target === null) return null;
  const headers = lines.flatMap((line) => {
    const [, name = '', value = ''] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    return headerOf(name, value.trimEnd());
  });
  const rest = end === -1 ? '' : http.slice(end).replace(/^\r?\n\r?\n/, '');
  const isChunked = headers.some(([name, value]) => name === 'transfer-encoding' && /\bchunked\b/i.test(value));
  const body = Buffer.from(isChunked ? unchunked(rest) : rest, 'latin1');
  const request = { method, target, headers: headers.filter(([name]) => name !== 'transfer-encoding'), body };
  return { request, at: readTime(time)?.at ?? null, answer: null };
}

/** RFC 9112, section 7.1, without trailers. */
function unchunked(text: string): string {
  let whole = '';
  for (let at = 0; ;) {
    const [line = '', size = ''] = /^([0-9a-f]+)[^\r\n]*\r\n/i.exec(text.slice(at, at + 64)) ?? [];
    const length = Number.parseInt(size, 16);
    if (!(length > 0)) return whole;
    whole += text.slice(at + line.length, at + line.length + length);
    at += line.length + length + '\r\n'.length;
  }
}
