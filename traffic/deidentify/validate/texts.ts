import type { CorpusRequest } from '../../../domain/model/collection.ts';
import { unpackCodings } from './unpack.ts';

/** Headers that say what a client can read, in words of lists that name nobody. */
const ofNobody = /^(?:accept|accept-encoding|accept-language|user-agent|x-requested-with|content-encoding|content-length|prefer)$/;

/** The texts of a request as it would leave: path, query, headers, and the unpacked body in each character set that it may be in. Null for a body that cannot be unpacked. */
export function textsOf(output: CorpusRequest): readonly string[] | null {
  const path = output.path.split('?', 1)[0] ?? '';
  const headers = Object.entries(output.headers).filter(([name]) => !ofNobody.test(name));
  const texts = [
    path,
    output.path.slice(path.length),
    ...headers.map(([name, value]) => (name === 'content-type' ? withoutBoundary(value) : `${name}: ${value}`)),
  ];
  if (output.body !== undefined) {
    const body = unpackCodings(Buffer.from(output.body, 'base64'), output.headers['content-encoding'] ?? '');
    if (body === null) return null;
    texts.push(...bodyTexts(body));
  }
  return texts.filter((text) => text !== '');
}

/** What separates the parts of a form is random by its purpose. */
function withoutBoundary(contentType: string): string {
  return contentType.replace(/boundary=("[^"]*"|[^;]*)/i, '');
}

/** UTF-8 when it is; Latin-1 beside it when it is not; UTF-16 of either order when every other byte is zero. */
function bodyTexts(body: Buffer): string[] {
  const text = body.toString('utf8');
  const texts = [text];
  if (text.includes('\uFFFD')) texts.push(body.toString('latin1'));
  if (text.includes('\0') || /^(?:\xFF\xFE|\xFE\xFF)/.test(body.toString('latin1', 0, 2))) {
    const even = body.subarray(0, body.length - (body.length % 2));
    texts.push(even.toString('utf16le'), Buffer.from(even).swap16().toString('utf16le'));
  }
  return texts;
}
