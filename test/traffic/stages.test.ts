import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { defaultPrivacy } from '../../domain/manifest/privacy-schema.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { budgetOf } from '../../domain/privacy/accounting.ts';
import { makePipeline, makeSessionStages, type Outcome } from '../../traffic/deidentify/pipeline.ts';
import { makeLinePseudonymiser } from '../../traffic/deidentify/pseudonymise-line.ts';
import type { IncomingRequest, Stage } from '../../traffic/deidentify/stage.ts';
import { hasLuhn } from '../../traffic/deidentify/identifiers.ts';

const key = randomBytes(32);
/** What a session's report costs by default. */
const paid = { granted: true, ...budgetOf(defaultPrivacy).perRelease } as const;
type Fields = Manifest['deidentification']['fields'];

export function incoming(method: string, target: string, headers: Record<string, string> = {}, body = ''): IncomingRequest {
  return { method, target, headers: Object.entries(headers), body: Buffer.from(body) };
}
const stagesFor = (fields: Fields = {}) => makeSessionStages({ fields }, key).stages;
const run = (request: IncomingRequest, fields: Fields = {}): Outcome => makePipeline(stagesFor(fields)).run(request);

function passed(outcome: Outcome) {
  if ('dropped' in outcome) throw new Error(`dropped: ${outcome.dropped}`);
  const { request } = outcome;
  return { ...request, text: request.body === undefined ? '' : Buffer.from(request.body, 'base64').toString('utf8') };
}
const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('each stage does something that nothing else does', () => {
  const request = incoming('GET', '/customers/4711?email=anna.smith%40acme.example&name=Anna', { cookie: 'sid=Secret1234' });
  const without = (name: Stage['name'], given = request) => {
    const stages = stagesFor().map((stage) => (stage.name === name ? { ...stage, apply: () => undefined } : stage));
    return { outcome: makePipeline(stages).run(given), stages };
  };
  test('all five pass the request on, in their order', () => {
    expect(stagesFor().map(({ name }) => name)).toEqual(['sanitise', 'tokenise', 'structure', 'privacy', 'validate']);
    expect(passed(run(request)).path).toMatch(
      /^\/customers\/(?!4711)\d{4}\?email=[a-z]{4}\.[a-z]{5}%40[a-z]{4}\.example&name=[A-Z][a-z]{3}$/,
    );
  });
  test.each(['sanitise', 'tokenise', 'structure'] as const)('without %s nothing leaves', (name) => {
    expect(without(name).outcome).toEqual({ dropped: 'stage-error' });
  });
  test('without privacy no histogram is released', () => {
    const release = (noOp: boolean) => {
      const { stages, privacy } = makeSessionStages({}, key);
      const pipeline = makePipeline(
        stages.map((stage) => (noOp && stage.name === 'privacy' ? { ...stage, apply: () => undefined } : stage)),
      );
      for (let index = 0; index < 600; index += 1)
        pipeline.run(incoming('GET', `/products/${index}`, { 'x-forwarded-for': `198.51.${index >> 8}.${index & 255}` }));
      return privacy.privacyReport(paid).release?.shapes;
    };
    expect(Object.keys(release(false) ?? {})).toEqual(['GET /products/{number}']);
    expect(release(true)).toEqual({});
  });
  test('the histogram names nobody: neither after a rule nor by a word that few clients send', () => {
    const { stages, privacy } = makeSessionStages({}, key);
    const pipeline = makePipeline(stages);
    const from = (index: number) => ({ 'x-forwarded-for': `198.51.${index >> 8}.${index & 255}` });
    for (let index = 0; index < 600; index += 1) {
      pipeline.run(incoming('GET', '/users/jsmith', from(index)));
      pipeline.run(incoming('GET', '/wishlists/jsmith', from(7)));
      pipeline.run(incoming('GET', '/wishlists/all', from(index)));
    }
    const { release } = privacy.privacyReport(paid);
    expect(JSON.stringify(release)).not.toContain('smith');
    expect(Object.keys(release?.shapes ?? {})).toEqual(['GET /users/{name}', 'GET /wishlists/all']);
  });
  test('without validate, what the first stage overlooks leaves', () => {
    const named = incoming('POST', '/x', json, '{"Mueller":2,"lastName":"Mueller"}');
    expect(passed(run(named)).text).not.toContain('Mueller');
    expect(passed(without('validate', named).outcome).text).toContain('"Mueller":2');
  });
  test('a stage that throws drops the request and counts it', () => {
    const [first, ...rest] = stagesFor();
    if (first === undefined) throw new Error('no stage');
    const broken = {
      ...first,
      apply: () => {
        throw new TypeError('defect');
      },
    };
    expect(makePipeline([broken, ...rest]).run(request)).toEqual({ dropped: 'stage-error' });
  });
  test('every stage keeps its own books', () => {
    const stages = stagesFor();
    makePipeline(stages).run(request);
    const reports = stages.map((stage) => stage.report());
    expect(reports.every(({ requests, microseconds, ruleVersion }) => requests === 1 && microseconds > 0 && ruleVersion !== '')).toBe(true);
    expect(reports[0]?.transformed).toEqual({ record: 1, email: 1, name: 1, token: 1 });
  });
});

describe('identifiers by kind', () => {
  test('in a path, a query, headers, JSON and a form', () => {
    const value = passed(
      run(
        incoming(
          'POST',
          '/users/anna@acme.example/orders/17?phone=%2B49%20170%201234567',
          {
            ...json,
            authorization: 'Bearer abc.DEF123456',
            cookie: 'sid=Ab12Cd; theme=dark',
            'x-forwarded-for': '198.51.100.7, 2a01:4f8::1',
            'x-secret': 'anna@acme.example',
          },
          '{"customer": {"firstName":"Anna", "ids":[1, 2.50]},\n "card":"4111 1111 1111 1111", "when":"2024-01-15", "n":4111111111111111}',
        ),
      ),
    );
    expect(value.path).toMatch(/^\/users\/[a-z]{4}@[a-z]{4}\.example\/orders\/\d\d\?phone=%2B49%20\d{3}%20\d{7}$/);
    expect(value.headers['authorization']).toMatch(/^Bearer [a-z]{3}\.[A-Z]{3}\d{6}$/);
    expect(value.headers['cookie']).toMatch(/^sid=[A-Z][a-z]\d\d[A-Z][a-z]; theme=[a-z]{4}$/);
    expect(value.headers['x-forwarded-for']).toMatch(/^10\.\d+\.\d+\.\d+, 2001:db8:/);
    expect(value.headers['x-secret']).toMatch(/^[^@]+@[^@]+$/);
    expect(value.headers['x-secret']).not.toMatch(/anna|acme/);
    expect(value.text).toMatch(
      /^\{"customer": \{"firstName":"[A-Z][a-z]{3}", "ids":\[\d, \d\.\d\d\]\},\n "card":"41\d\d \d{4} \d{4} \d{4}", "when":"2024-01-15", "n":41\d{14}\}$/,
    );
    expect(hasLuhn(/"card":"([\d ]+)"/.exec(value.text)?.[1]?.replaceAll(' ', '') ?? '1')).toBe(true);
    expect(`${value.path}${value.text}${JSON.stringify(value.headers)}`).not.toMatch(/anna|acme|1234567|4111.?1111|198\.51|Ab12Cd/i);
  });
  test.each([
    ['email', 'Anna.Smith@acme.example', /^[A-Z][a-z]{3}\.[A-Z][a-z]{4}@[a-z]{4}\.example$/],
    ['phone', '+49 170 1234567', /^\+49 \d{3} \d{7}$/],
    ['card', '4111-1111-1111-1111', /^41\d\d-\d{4}-\d{4}-\d{4}$/],
    ['name', 'Anna Smith', /^[A-Z][a-z]{3} [A-Z][a-z]{4}$/],
    ['ip', '198.51.100.7', /^10\.\d+\.\d+\.\d+$/],
    ['token', 'Ab12Cd', /^[A-Z][a-z]\d\d[A-Z][a-z]$/],
    ['mask', 'Anna-17', /^Aaaa-00$/],
    ['keep', 'tenant-17', /^tenant-17$/],
  ] as const)('a header that the manifest names leaves by its rule %s, as the same field of a body does', (rule, value, looks) => {
    const request = incoming('POST', '/x', { ...json, 'x-who': value }, JSON.stringify({ 'x-who': value }));
    const { headers, text } = passed(run(request, { 'X-Who': rule }));
    expect(headers['x-who']).toMatch(looks);
    if (rule !== 'keep') expect(headers['x-who']).not.toBe(value);
    expect(JSON.parse(text)).toEqual({ 'x-who': headers['x-who'] });
  });
  test('a header that the manifest drops does not leave', () => {
    const { headers } = passed(run(incoming('GET', '/x', { 'x-who': 'Anna Smith', cookie: 'a=b' }), { 'x-who': 'drop' }));
    expect(JSON.stringify(headers)).not.toContain('Anna');
  });
  test.each([
    ['/contacts/+49%20170%201234567', /^\/contacts\/\+49%20\d{3}%20\d{7}$/],
    ['/contacts/%2B491701234567/calls', /^\/contacts\/%2B49\d{10}\/calls$/],
    ['/phone/030-1234567', /^\/phone\/\d{3}-\d{7}$/],
    ['/phone/1701234567', /^\/phone\/\d{10}$/],
    ['/calls/(212)%20555-0187', /^\/calls\/\(\d{3}\)%20\d{3}-\d{4}$/],
  ])('a phone number in the path %s becomes another', (target, looks) => {
    const { path } = passed(run(incoming('GET', target)));
    expect(path).toMatch(looks);
    expect(path).not.toMatch(/1234567|555-0187/);
  });
  test('a form keeps its form; a provider stays, an organisation does not', () => {
    const value = passed(run(incoming('POST', '/login', form, 'username=anna@gmail.com&contact=bob@acme.example&password=hunter22&q=a+b')));
    expect(value.text).toMatch(/^username=[a-z]{4}@gmail\.com&contact=[a-z]{3}@[a-z]{4}\.example&password=[a-z]{6}\d\d&q=a\+b$/);
    expect(value.text).not.toMatch(/anna|acme|hunter22/);
  });
  test('ordinary values stay to the byte', () => {
    for (const target of [
      '/products/4711?page=2&sort=price',
      '/search?q=blue+chair&from=2024-01-15',
      '/a//b?x&y=&z=1.2.3',
      '/t?since=1700000000',
    ]) {
      expect(passed(run(incoming('GET', target))).path).toBe(target);
    }
  });
  test('the manifest wins over detectors and names', () => {
    const fields: Fields = { name: 'keep', code: 'token', note: 'drop', order: 'mask' };
    expect(passed(run(incoming('GET', '/p?name=Anna&code=abc12&order=A-17'), fields)).path).toMatch(
      /^\/p\?name=Anna&code=[a-z]{3}\d\d&order=A-00$/,
    );
    expect(passed(run(incoming('POST', '/p', json, '{"note":"x","n":[{"note":5}]}'), fields)).text).toBe(
      '{"note":null,"n":[{"note":null}]}',
    );
  });
  test('a value found by its field is replaced wherever else it stands', () => {
    const value = passed(run(incoming('POST', '/notes?ref=Mueller', json, '{"lastName":"Mueller","text":"ask mueller, or Muellers"}')));
    expect(`${value.path}${value.text}`).not.toMatch(/mueller\b/i);
    expect(value.text).toContain('Muellers');
  });
  test.each([
    ['an image', incoming('POST', '/x', { 'content-type': 'image/png' }, 'abc'), 'unknown-content-type'],
    ['no content type', incoming('POST', '/x', {}, 'abc'), 'unknown-content-type'],
    ['a body that is not packed as it says', incoming('POST', '/x', { ...json, 'content-encoding': 'gzip' }, '{}'), 'unreadable-body'],
    ['broken JSON', incoming('POST', '/x', json, '{"a":'), 'unreadable-body'],
  ])('%s is dropped', (_what, request, dropped) => {
    expect(run(request)).toEqual({ dropped });
  });
});

const sampleLine = (i: number) =>
  `{"id":${i},"email":"user${i}@acme${i % 50}.example","full_name":"Anna Nr${i}","phone":"+49 170 ${1_000_000 + i}","city":"Ber\\u006cin \\"${i}","note":"call 030 1234567, ${i * 0.5} or anna@b.example","ok":true,"tags":["a_b","sk_live_abcdefghijkl${i}"],"to":{"user":"j${i}smith","x-${i % 3}":null}}`;

describe('pseudonyms', () => {
  const line = (text: string, by = key, fields: Fields = {}) =>
    JSON.parse(makeLinePseudonymiser({ fields }, by)(text)) as Record<string, string>;
  test('requests and the prepare filter agree, whatever the spelling', () => {
    const store = line(
      '{"email":"anna.müller@acme.example","phone":"+49 170 1234567","card":"4111-1111-1111-1111","name":"Anna Müller","token":"Ab12Cd","ip":"198.51.100.7"}',
    );
    const query = (text: string) => new URLSearchParams(passed(run(incoming('GET', `/x?${text}`))).path.split('?')[1]);
    expect(query('email=Anna.M%C3%BCller%40ACME.example').get('email')?.toLowerCase()).toBe(store['email']);
    expect(query('email=anna.m%c3%bcller@acme.example').get('email')).toBe(store['email']);
    expect(query('phone=%2B491701234567').get('phone')).toBe(store['phone']?.replaceAll(' ', ''));
    expect(query('phone=+49+170+1234567').get('phone')?.trim()).toBe(store['phone']?.slice(1));
    expect(query('card=4111111111111111').get('card')).toBe(store['card']?.replaceAll('-', ''));
    expect(query('name=Anna+M%C3%BCller').get('name')).toBe(store['name']);
    expect(query('lastname=M%C3%BCller').get('lastname')).toBe(store['name']?.split(' ')[1]);
    expect(query('token=Ab12Cd').get('token')).toBe(store['token']);
    expect(query('ip=198.51.100.7').get('ip')).toBe(store['ip']);
    expect(passed(run(incoming('GET', '/customers/anna.m%C3%BCller@acme.example'))).path).toBe(
      `/customers/${encodeURIComponent(store['email'] ?? '').replace('%40', '@')}`,
    );
  });
  test('another key gives others', () => {
    const record = '{"email":"anna.smith@acme.example","card":"4111 1111 1111 1111"}';
    expect(line(record, randomBytes(32))).not.toEqual(line(record));
    expect(line(record)).toEqual(line(record));
  });
  test('one organisation stays one organisation', () => {
    const [a, b] = [line('{"email":"anna@acme.example"}'), line('{"email":"bob@acme.example"}')];
    expect(a['email']?.split('@')[1]).toBe(b['email']?.split('@')[1]);
  });
  test('a sample becomes what it became before: a change to a pseudonym is one on purpose', () => {
    const pseudonymise = makeLinePseudonymiser({}, Buffer.alloc(32, 7));
    const digest = createHash('sha256');
    for (let index = 0; index < 1000; index += 1) digest.update(pseudonymise(sampleLine(index)));
    expect(digest.digest('hex')).toBe('5cdae2559b9220e1fe21c4bfaa05b60c7ab0c63a3c6d78bead2e6182cb5d5532');
  });
});
