import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makePipeline, makeSessionStages } from '../../traffic/deidentify/pipeline.ts';
import { makeLinePseudonymiser } from '../../traffic/deidentify/pseudonymise-line.ts';
import { hasLuhn } from '../../traffic/deidentify/identifiers.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';

const key = randomBytes(32);
const letters = (minimum: number, maximum: number) => fc.stringMatching(new RegExp(`^[a-z]{${minimum},${maximum}}$`));
const digits = (count: number) => fc.stringMatching(new RegExp(`^[1-9][0-9]{${count - 1}}$`));
const email = fc
  .tuple(letters(5, 12), letters(5, 10), fc.constantFrom('com', 'de', 'co.uk'))
  .map(([local, domain, tail]) => `${local}@${domain}.${tail}`);
const phone = fc.tuple(fc.constantFrom('+49 170 ', '+1 202 ', '+44-20-'), digits(7)).map(([head, rest]) => head + rest);
const card = digits(14).map((rest) => {
  const stem = `4${rest}`;
  return stem + Array.from('0123456789').find((check) => hasLuhn(stem + check));
});
const ip = fc
  .tuple(fc.integer({ min: 11, max: 126 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 100, max: 255 }))
  .map(([a, b, c]) => `${a}.${b}.${c}.250`);
const token = fc.stringMatching(/^[A-Z][a-z]{3}[0-9]{3}[A-Z]{4}[a-z0-9]{12}$/);
const surname = letters(6, 12).map((text) => (text[0] ?? '').toUpperCase() + text.slice(1));

const spelling = fc.constantFrom<(text: string) => string>(
  encodeURIComponent,
  (text) => encodeURIComponent(text.toUpperCase()),
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join(''),
);

/** Everything that a request says, in every decoding, lower case, without separators of numbers. */
function allTexts(request: CorpusRequest): string {
  const body = request.body === undefined ? '' : Buffer.from(request.body, 'base64').toString('utf8');
  let text = [request.path, body, ...Object.values(request.headers)].join('\n');
  const texts = [text];
  for (let round = 0; round < 3; round += 1) {
    text = text.replaceAll('+', ' ').replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    texts.push(text);
  }
  const all = texts.join('\n').toLowerCase();
  return `${all}\n${all.replaceAll(/(?<=\d)[ -](?=\d)/g, '')}`;
}

const pipeline = makePipeline(makeSessionStages({}, key).stages);

test('no raw identifier ever leaves, wherever and however it is written', () => {
  let left = 0;
  fc.assert(
    fc.property(
      fc.record({ email, phone, card, ip, token, surname }),
      spelling,
      fc.constantFrom('path', 'query', 'json', 'form', 'text', 'header'),
      (raw, spell, place) => {
        const values = { e: raw.email, phone: raw.phone, c: raw.card, i: raw.ip, token: raw.token, lastName: raw.surname };
        const query = Object.entries(values)
          .map(([name, value]) => `${name}=${spell(value)}`)
          .join('&');
        const prose = `Write to ${raw.email}, call ${raw.phone}, pay by ${raw.card} from ${raw.ip}.`;
        const requests = {
          path: {
            method: 'GET',
            target: `/a/${spell(raw.email)}/${spell(raw.card)}/${spell(raw.ip)}?token=${raw.token}`,
            headers: [],
            body: '',
          },
          query: { method: 'GET', target: `/a?${query}`, headers: [], body: '' },
          json: {
            method: 'POST',
            target: '/a',
            headers: [['content-type', 'application/json']],
            body: JSON.stringify({ deep: [values, { prose }] }),
          },
          form: { method: 'POST', target: '/a', headers: [['content-type', 'application/x-www-form-urlencoded']], body: query },
          text: { method: 'POST', target: '/a', headers: [['content-type', 'text/plain']], body: prose },
          header: {
            method: 'GET',
            target: '/a',
            headers: [
              ['cookie', `a=${raw.token}; b=${raw.email}`],
              ['x-real-ip', raw.ip],
              ['authorization', `Bearer ${raw.token}`],
              ['referer', prose],
            ],
            body: '',
          },
        } as const;
        const { body, ...request } = requests[place];
        const outcome = pipeline.run({ ...request, body: Buffer.from(body) });
        if ('dropped' in outcome) {
          expect(outcome.dropped).toBe('validation');
          return;
        }
        left += 1;
        const texts = allTexts(outcome.request);
        for (const value of [raw.email, raw.card, raw.ip, raw.token, raw.surname, raw.phone.replaceAll(/[ -]/g, '')])
          expect(texts).not.toContain(value.toLowerCase());
      },
    ),
    { numRuns: 400 },
  );
  expect(left).toBeGreaterThan(200);
});

test('a token that begins with a name leaves without it, in a request and in a line of the store', () => {
  const pseudonymise = makeLinePseudonymiser({}, key);
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z]{6,9}_[a-z]{6,9}_\d{7,10}$/),
      fc.constantFrom('token', 'sid', 'session', 'api_key'),
      (value, name) => {
        const [first = '', second = '', number = ''] = value.split('_');
        const outcome = pipeline.run({
          method: 'GET',
          target: `/a?${name}=${value}`,
          headers: [['cookie', `${name}=${value}`]],
          body: Buffer.of(),
        });
        const left = 'dropped' in outcome ? '' : allTexts(outcome.request);
        for (const text of [left, pseudonymise(JSON.stringify({ [name]: value }))])
          expect([first, second, number].filter((part) => text.split(/[^a-z0-9]/).includes(part))).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

test('a well-known beginning of a token stays', () => {
  const pseudonymise = makeLinePseudonymiser({}, key);
  for (const prefix of ['sk_live_', 'pk_test_', 'ghp_', 'github_pat_', 'glpat-', 'xoxb-'])
    expect(JSON.parse(pseudonymise(`{"token":"${prefix}4eC39HqLyjWDarjtT1zdp7dc"}`)).token).toMatch(
      new RegExp(`^${prefix}(?!4eC39)[\\w]{24}$`),
    );
});
