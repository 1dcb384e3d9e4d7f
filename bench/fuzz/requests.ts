import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import type { IncomingRequest } from '../../traffic/deidentify/stage.ts';

/** A request that no client should send, with values in it that must not come out. */
export interface FuzzRequest {
  readonly incoming: IncomingRequest;
  /** What kind of trouble it is, for messages. */
  readonly trouble: string;
}

/** They stand in every body, before it is broken. */
export const planted = {
  email: 'ludmila.qvist@blauwasser-handel.de',
  card: '4929718547226586',
  token: 'ghp_Q7vXw2ZtR9bLk4NcYs8HfJd3MgPa6TeUo1Wi',
} as const;

const record = { email: planted.email, pay: { cardNumber: planted.card }, key: [planted.token], note: `write to ${planted.email}` };
const pairs = `email=${encodeURIComponent(planted.email)}&card=${planted.card}&token=${planted.token}`;
const boundary = 'fuzz7MA4YWxk';
const part = (name: string, value: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

/** Right bodies of every format. */
const right: readonly (readonly [type: string, body: string])[] = [
  ['application/json', JSON.stringify(record)],
  ['application/json', JSON.stringify({ data: Buffer.from(JSON.stringify(record)).toString('base64'), text: JSON.stringify(record) })],
  ['application/json', JSON.stringify({ query: `mutation { a(email: "${planted.email}") { id } }`, variables: record })],
  ['application/x-www-form-urlencoded', pairs],
  [
    `multipart/form-data; boundary=${boundary}`,
    `${part('email', planted.email)}${part('card', planted.card)}${part('t', planted.token)}--${boundary}--\r\n`,
  ],
  ['application/xml', `<?xml version="1.0"?><a email="${planted.email}"><card>${planted.card}</card><![CDATA[${planted.token}]]></a>`],
  ['application/graphql', `mutation { a(email: "${planted.email}", card: "${planted.card}", t: """${planted.token}""") { id } }`],
  ['text/plain', `Mail ${planted.email}, card ${planted.card}, key ${planted.token}.`],
  ['text/csv', `email,card,token\r\n${planted.email},${planted.card},"${planted.token}"\r\n`],
  ['application/x-ndjson', `${JSON.stringify(record)}\n${JSON.stringify(record)}\n`],
];

const size = fc.integer({ min: 1, max: 3000 });
/** Bodies that are too deep, too long, or meant to grow. */
const nasty: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  size.map((count) => ['application/json', `${'['.repeat(count * 10)}"${planted.email}"${']'.repeat(count * 10)}`] as const),
  size.map((count) => ['application/json', `${'{"a":'.repeat(count)}"${planted.email}"${'}'.repeat(count)}`] as const),
  size.map((count) => ['application/json', JSON.stringify({ ['k'.repeat(count * 20)]: planted.email })] as const),
  size.map(
    (count) => ['application/json', `{"n":${'9'.repeat(count)},"e":1e${count}${'9'.repeat(5)},"email":"${planted.email}"}`] as const,
  ),
  size.map((count) => ['application/json', `{"email":"${planted.email}","email":"${'\\u0040'.repeat(count)}"}`] as const),
  size.map((count) => ['application/json', JSON.stringify('@a.'.repeat(count * 5) + planted.email)] as const),
  size.map((count) => ['text/plain', `${'1-'.repeat(count * 10)}${planted.card}`] as const),
  size.map((count) => ['text/plain', `${':'.repeat(count * 10)} ${'a.'.repeat(count * 5)} ${planted.email}`] as const),
  size.map((count) => ['application/x-www-form-urlencoded', `${'a=%&'.repeat(count)}${pairs}`] as const),
  size.map((count) => ['application/xml', `${'<a>'.repeat(count)}${planted.email}${'</a>'.repeat(count)}`] as const),
  size.map(
    (count) =>
      ['application/xml', `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(count)}"><!ENTITY c "&b;&b;&b;">]><a>&c;${planted.email}</a>`] as const,
  ),
  size.map((count) => ['application/graphql', `${'{a'.repeat(count)}(e: "${planted.email}")${'}'.repeat(count)}`] as const),
  size.map(
    (count) => [`multipart/form-data; boundary=${boundary}`, `--${boundary}\r\n`.repeat(count) + part('email', planted.email)] as const,
  ),
  size.map((count) => ['text/csv', `${'"'.repeat(count)},${planted.email}\r\n`] as const),
  fc.integer({ min: 1, max: 4 }).map((depth) => {
    let text: string = planted.email;
    for (let turn = 0; turn < depth; turn += 1) text = Buffer.from(text).toString('base64');
    return ['application/json', JSON.stringify({ text })] as const;
  }),
  fc.integer({ min: 1, max: 4 }).map((depth) => {
    let text: string = planted.email;
    for (let turn = 0; turn < depth; turn += 1) text = JSON.stringify({ text });
    return ['application/json', text] as const;
  }),
);

/** A change of bytes: cut off, one set, some put in, a piece repeated. */
const change = fc.record({
  how: fc.constantFrom('cut', 'set', 'insert', 'repeat'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

function changed(body: Buffer, { how, at, bytes }: Change): Buffer {
  const place = Math.floor(at * body.length);
  const [before, after] = [body.subarray(0, place), body.subarray(place)];
  if (how === 'cut') return before;
  if (how === 'insert') return Buffer.concat([before, bytes, after]);
  if (how === 'set') return Buffer.concat([before, bytes, after.subarray(bytes.length)]);
  return Buffer.concat([before, body.subarray(Math.max(0, place - 40), place), after]);
}

/** Ten megabytes of nothing, made once. */
const zeros = Buffer.alloc(10_000_000, 0x20);
const bombs = { gzip: gzipSync(zeros), br: brotliCompressSync(zeros), zstd: zstdCompressSync(zeros) } as const;
const coding = fc.constantFrom(
  'none',
  'none',
  'none',
  'none',
  'gzip',
  'br',
  'zstd',
  'lies',
  'unknown',
  'bomb-gzip',
  'bomb-br',
  'bomb-zstd',
);

function coded(body: Buffer, name: string): readonly [Buffer, readonly (readonly [string, string])[]] {
  if (name === 'none') return [body, []];
  if (name.startsWith('bomb-')) {
    const kind = name.slice(5) as keyof typeof bombs;
    return [bombs[kind], [['content-encoding', kind]]];
  }
  if (name === 'gzip') return [gzipSync(body), [['content-encoding', 'gzip']]];
  if (name === 'br') return [brotliCompressSync(body), [['content-encoding', 'br']]];
  if (name === 'zstd') return [zstdCompressSync(body), [['content-encoding', 'zstd']]];
  return [body, [['content-encoding', name === 'lies' ? 'gzip' : 'rot13, ,gzip']]];
}

/** Pieces of targets: escapes that are none, controls, other alphabets, matrix parameters. */
const targetPiece = fc.oneof(
  fc.constantFrom(
    '%',
    '%zz',
    '%00',
    '%ff',
    '%E2%82',
    '%2525',
    '//',
    '..',
    ';',
    ';a=',
    '?',
    '&',
    '=',
    '#',
    '+',
    '\\',
    '\u0000',
    '@',
    ':',
    '%2f',
    `/${planted.email}`,
    `&e=${planted.email}`,
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const target = fc.array(targetPiece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);

const contentType = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'application/json; charset=utf-16',
      'application/json; charset=none',
      'text/plain; charset=latin1',
      'multipart/form-data',
      'image/png',
      '',
      ';;;',
      'application/octet-stream',
    ),
  },
);

/** Requests of all troubles at once: a right or nasty body, broken by some changes, under a coding and a content type that may lie, at a broken target. */
export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc
  .record({
    base: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...right) }, { weight: 2, arbitrary: nasty }),
    changes: fc.array(change, { maxLength: 4 }),
    coding,
    target,
    contentType,
    cookie: fc.oneof(fc.constant(null), fc.string({ maxLength: 30 })),
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  })
  .map(({ base: [type, text], changes, coding: code, target: at, contentType: other, cookie, method }) => {
    const [body, extra] = coded(changes.reduce(changed, Buffer.from(text)), code);
    const headers: (readonly [string, string])[] = [['content-type', other ?? type], ...extra];
    if (cookie !== null) headers.push(['cookie', `sid=${planted.token}; x=${cookie}`]);
    return {
      incoming: { method, target: at, headers, body },
      trouble: `${other ?? type}, ${code}, ${changes.map(({ how }) => how).join('+') || 'whole'}`,
    };
  });
