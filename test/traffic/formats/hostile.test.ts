import { describe, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { request, throughFormats } from './support.ts';

const boundary = 'b';
const types = {
  json: 'application/json',
  lines: 'application/x-ndjson',
  form: 'application/x-www-form-urlencoded',
  xml: 'application/xml',
  graphql: 'application/graphql',
  csv: 'text/csv',
  text: 'text/plain',
  multipart: `multipart/form-data; boundary=${boundary}`,
} as const;
const part = (head: string, content: string) => `--b\r\n${head}\r\n\r\n${content}\r\n--b--\r\n`;

/** Bodies of a size that would take long where each character costs a look at all others. */
const bodies: readonly (readonly [string, keyof typeof types, (size: number) => string])[] = [
  ['open arrays', 'json', (size) => '['.repeat(size)],
  ['empty arrays', 'json', (size) => `[${'[],'.repeat(size / 3)}1]`],
  ['digits', 'json', (size) => '7'.repeat(size)],
  ['backslashes', 'json', (size) => `"${'\\\\'.repeat(size / 2)}"`],
  ['quotes in a string', 'json', (size) => `"${'\\"'.repeat(size / 2)}"`],
  [
    'JSON in JSON in JSON',
    'json',
    (size) => Array.from({ length: 12 }).reduce<string>((text) => JSON.stringify([text]), 'x'.repeat(size / 4096)),
  ],
  [
    'a URL in a URL in a URL',
    'text',
    (size) => Array.from({ length: 40 }).reduce<string>((text) => `https://a/?b=${encodeURIComponent(text)}`, 'x'.repeat(size / 256)),
  ],
  ['a base64 word', 'json', (size) => `"${'QUJD'.repeat(size / 4)}"`],
  ['base64 words', 'json', (size) => `"${'QUJDREVGR0hJSktM '.repeat(size / 17)}"`],
  ['slashes', 'json', (size) => `"Aa1${'/'.repeat(size)}"`],
  ['ampersands', 'json', (size) => `"${'&amp'.repeat(size / 4)}"`],
  ['open references', 'text', (size) => '&'.repeat(size)],
  ['open escapes', 'text', (size) => '\\u'.repeat(size / 2)],
  ['percent signs', 'text', (size) => '%'.repeat(size)],
  ['percent of percent', 'text', (size) => `%${'25'.repeat(size / 2)}40`],
  ['pairs without an end', 'text', (size) => `a=${'b&'.repeat(size / 2)}`],
  ['braces', 'text', (size) => '{'.repeat(size)],
  ['blanks', 'text', (size) => ' '.repeat(size)],
  ['angle brackets', 'text', (size) => '<a '.repeat(size / 3)],
  ['slashes and question marks', 'text', (size) => `//${'a?/'.repeat(size / 3)}`],
  ['pairs', 'form', (size) => 'a=b&'.repeat(size / 4)],
  ['brackets in a name', 'form', (size) => `${'[a]'.repeat(300)}=${'%2'.repeat(size / 2)}`],
  ['empty lines', 'lines', (size) => '\n'.repeat(size)],
  ['short lines', 'lines', (size) => '1\n'.repeat(size / 2)],
  ['open elements', 'xml', (size) => '<a>'.repeat(size / 3)],
  ['empty elements', 'xml', (size) => `<r>${'<a/>'.repeat(size / 4)}</r>`],
  ['attributes', 'xml', (size) => `<a ${Array.from({ length: size / 16 }, (_, index) => `b${index}="c"`).join(' ')}/>`],
  ['open comments', 'xml', (size) => `<a>${'<!--'.repeat(size / 4)}`],
  ['comments', 'xml', (size) => `<a>${'<!---->'.repeat(size / 7)}</a>`],
  ['open quotes in a tag', 'xml', (size) => `<a b=${'"'.repeat(size)}`],
  ['references', 'xml', (size) => `<a>${'&#97;'.repeat(size / 5)}</a>`],
  ['open braces', 'graphql', (size) => '{a'.repeat(size / 2)],
  ['literals', 'graphql', (size) => `{a(b:[${'"c" '.repeat(size / 4)}])}`],
  ['open blocks', 'graphql', (size) => `{a(b:"""${'"'.repeat(size)}`],
  ['quotes', 'csv', (size) => '"'.repeat(size)],
  ['quotes and letters', 'csv', (size) => '"a'.repeat(size / 2)],
  ['separators', 'csv', (size) => ','.repeat(size)],
  ['columns', 'csv', (size) => 'a,'.repeat(4000) + '\n'.repeat(size)],
  ['boundaries', 'multipart', (size) => '--b\r\n'.repeat(size / 5)],
  ['empty parts', 'multipart', (size) => `${'--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n'.repeat(size / 54)}--b--`],
  ['parameters of a part', 'multipart', (size) => part(`Content-Disposition: form-data; name=a${'; b="'.repeat(size / 5)}`, 'x')],
  ['headers of a part', 'multipart', (size) => part(`Content-Disposition: form-data; name=a${'\r\nX-A: b'.repeat(size / 8)}`, 'x')],
];

/** CPU time of a call in milliseconds: what else runs on the machine does not count. */
function milliseconds(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Sixteen times the size in sixteen times the time, and some for noise and the collector; a look at all pairs would need 256 times. */
const factor = 16;
const mostFactor = 64;
/** Below this, time is not told apart from noise. */
const noiseMilliseconds = 60;

describe('time grows with the size and no faster, and nothing but a reason comes of it, for', () => {
  test.each(bodies)('%s (%s)', (_what, type, make) => {
    const given = (size: number) => request(make(size), { 'content-type': types[type] });
    const [small, large] = [given(32_768), given(32_768 * factor)];
    throughFormats(small);
    const first = milliseconds(() => throughFormats(small));
    const second = milliseconds(() => throughFormats(large));
    expect(second).toBeLessThan(Math.max(first, noiseMilliseconds / factor) * mostFactor);
  });

  test.each([
    ['segments', (size: number) => '/a'.repeat(size / 2)],
    ['matrix parameters', (size: number) => `/${';a=b'.repeat(size / 4)}`],
    ['escapes', (size: number) => `/${'%E9'.repeat(size / 3)}`],
    ['escaped slashes', (size: number) => `/${'a%2F'.repeat(size / 4)}`],
  ])('a target of many %s', (_what, make) => {
    const given = (size: number) => request('', {}, make(size), 'GET');
    throughFormats(given(8192));
    const first = milliseconds(() => throughFormats(given(8192)));
    expect(milliseconds(() => throughFormats(given(8192 * factor)))).toBeLessThan(Math.max(first, noiseMilliseconds / factor) * mostFactor);
  });

  test.each([
    ['cookie', 'a=b; '],
    ['cookie', ';'],
    ['x-forwarded-for', '10.0.0.1, '],
    ['if-none-match', '"a", '],
    ['if-none-match', 'W/'],
    ['accept', 'text/html,'],
    ['accept-encoding', 'gzip ; q'],
    ['range', 'bytes=0-1,'],
    ['content-type', '; a="b'],
    ['authorization', 'Basic '],
    ['referer', 'https://'],
    ['user-agent', 'Chrome/'],
  ])('a header %s of many "%s"', (name, text) => {
    const given = (size: number) => request('', { [name]: text.repeat(size / text.length) }, '/', 'GET');
    throughFormats(given(8192));
    const first = milliseconds(() => throughFormats(given(8192)));
    expect(milliseconds(() => throughFormats(given(8192 * factor)))).toBeLessThan(Math.max(first, noiseMilliseconds / factor) * mostFactor);
  });
});

test('a bomb is not unpacked: memory stays', () => {
  const bomb = gzipSync(Buffer.alloc(200 << 20, 'a'));
  const before = process.memoryUsage().arrayBuffers;
  expect(throughFormats(request(bomb, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }))).toBe('body-too-large');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
});
