import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codings, email, request, throughFormats, written } from './support.ts';

/** Words that no rule of Hone has: what is made of them identifies nobody. */
const word = fc.constantFrom(
  'blue',
  'chair',
  'oak',
  'größe',
  '木',
  'a b',
  "it's",
  'x&y',
  '<b>',
  '50%',
  'a"b',
  'c\\d',
  '',
  ' ',
  'né\n',
  '1.50',
  '😀',
);
const name = fc.constantFrom('colour', 'size', 'note', 'größe', 'page-size', 'x y', 'kind', 'q');
const anyText = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 }));

const xmlText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;');
const boundary = 'form0f8a';

/** Documents of each format: made of values, one of which may be an address. */
interface Format {
  readonly type: string;
  readonly make: (values: readonly (readonly [string, string])[]) => string;
}
const formats: Readonly<Record<string, Format>> = {
  JSON: {
    type: 'application/json',
    make: (values) =>
      JSON.stringify(
        { list: values.map(([key, value], index) => ({ [key]: value, n: [index, -1.5e3, null, true] })) },
        null,
        values.length % 3,
      ),
  },
  'JSON lines': {
    type: 'application/x-ndjson',
    make: (values) => values.map((pair) => `${JSON.stringify(Object.fromEntries([pair]))}\n`).join(''),
  },
  'a form': {
    type: 'application/x-www-form-urlencoded',
    make: (values) => new URLSearchParams(values.map(([key, value]) => [key, value])).toString(),
  },
  XML: {
    type: 'application/xml',
    make: (values) =>
      `<?xml version="1.0" ?>\n<r>${values.map(([, value], index) => `<v i="${index}" w='${xmlText(value).replaceAll("'", '&apos;')}'>${xmlText(value)}<!--c--></v>`).join('\n')}</r>\n`,
  },
  GraphQL: {
    type: 'application/graphql',
    make: (values) =>
      `query Q($n: Int = 1) { # all\n${values.map(([, value], index) => ` a${index}: find(note: ${JSON.stringify(value)}, of: [{n: ${index}.5}]) { id }`).join('\n')} x }`,
  },
  CSV: {
    type: 'text/csv',
    make: (values) => `note,n\r\n${values.map(([, value], index) => `"${value.replaceAll('"', '""')}",${index}\r\n`).join('')}`,
  },
  multipart: {
    type: `multipart/form-data; boundary=${boundary}`,
    make: (values) =>
      `${values.map(([key, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`).join('')}--${boundary}--\r\n`,
  },
  text: { type: 'text/plain', make: (values) => values.map(([key, value]) => `${key} ${value}`).join('\n') },
};
const values = fc.array(fc.tuple(name, word), { minLength: 1, maxLength: 8 });

describe.each(Object.entries(formats))('%s', (_name, { type, make }) => {
  test('without identifiers leaves as it came, to the byte', () => {
    fc.assert(
      fc.property(values, (given) => {
        const body = make(given);
        expect(written(request(body, { 'content-type': type })).text).toBe(body);
      }),
      { numRuns: 200 },
    );
  });

  test('of any text is written back to the byte when it can be taken apart at all', () => {
    let kept = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(name, anyText), { minLength: 1, maxLength: 5 }), (given) => {
        const body = Buffer.from(make(given));
        const through = throughFormats(request(body, { 'content-type': type }));
        if (typeof through === 'string') return;
        kept += 1;
        expect(through.body.equals(body)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(kept).toBeGreaterThan(50);
  });

  test('with an address differs in the address alone', () => {
    fc.assert(
      fc.property(values, fc.nat(), (given, place) => {
        const planted = given.map((pair, index) => (index === place % given.length ? ([pair[0], email] as const) : pair));
        const body = make(planted);
        const { text } = written(request(body, { 'content-type': type }));
        expect(text).not.toContain('anna');
        const pseudonym = text.slice(0, text.length).match(/[a-z]{4}\.[a-z]{5}(?:@|%40)[a-z]{4}\.example/)?.[0] ?? 'none';
        const sent = pseudonym.includes('%40') ? email.replace('@', '%40') : email;
        expect(text.replaceAll(pseudonym, sent)).toBe(body);
      }),
      { numRuns: 100 },
    );
  });

  test.each(Object.entries(codings))('packed with %s keeps its content', (coding, [pack, unpack]) => {
    const body = make([['note', 'blue chair']]);
    const output = written(request(pack(Buffer.from(body)), { 'content-type': type, 'content-encoding': coding }));
    expect(unpack(output.bytes).toString('utf8')).toBe(body);
  });
});

test('any bytes of any type are dropped for a reason or written back as they were', () => {
  const types = [
    'application/json',
    'application/x-ndjson',
    'application/x-www-form-urlencoded',
    'application/xml',
    'application/graphql',
    'text/csv',
    'text/plain',
    `multipart/form-data; boundary=${boundary}`,
    'text/plain; charset=iso-8859-1',
    'text/plain; charset=utf-16le',
    'text/csv; charset=koi8-r',
  ];
  let kept = 0;
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.constantFrom(...types), bytes, (type, body) => {
      const through = throughFormats(request(body, { 'content-type': type }));
      if (typeof through === 'string') {
        expect(through).toMatch(/^(?:unreadable-body|too-deep|binary-part)$/);
        return;
      }
      kept += 1;
      expect(through.body.equals(Buffer.from(body))).toBe(true);
    }),
    { numRuns: 3000 },
  );
  expect(kept).toBeGreaterThan(500);
});

test('any target that begins with a slash is written back as it was', () => {
  const part = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
    fc.constantFrom('%', '%2F', '%252F', ';a=1', '?', '&', '=', '//', '%E9', '%C3%A9', '%00', '+', '#'),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const target = `/${parts.join('')}`;
      expect(throughFormats(request('', {}, target, 'GET'))).toEqual({ target, body: Buffer.of() });
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['iso-8859-1', 'latin1'],
  ['us-ascii', 'latin1'],
  ['utf-16le', 'utf16le'],
] as const)('a body in %s stays in it', (charset, encoding) => {
  const body = Buffer.from(`{"note":"Stühle","contact":"${email}","größe":1}`, encoding);
  const output = written(request(body, { 'content-type': `application/json; charset=${charset}` }));
  expect(output.headers['content-type']).toBe(`application/json; charset=${charset}`);
  expect(output.bytes.toString(encoding)).toMatch(
    /^\{"note":"Stühle","contact":"(?!anna)[a-z]{4}\.[a-z]{5}@[a-z]{4}\.example","größe":1\}$/,
  );
});
