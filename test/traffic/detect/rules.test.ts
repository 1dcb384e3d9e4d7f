import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { DeidentificationRules } from '../../../domain/manifest/schema.ts';
import { rulePackNames, rulePacks, strictest } from '../../../domain/privacy/packs.ts';
import { makePipeline, makeSessionStages } from '../../../traffic/deidentify/pipeline.ts';
import { makeLinePseudonymiser } from '../../../traffic/deidentify/pseudonymise-line.ts';
import { makePseudonyms } from '../../../traffic/deidentify/shapes/collisions.ts';

const key = randomBytes(32);
const headers = [['content-type', 'application/json']] as const;

function send(body: object, rules: DeidentificationRules = {}, target = '/x') {
  const outcome = makePipeline(makeSessionStages(rules, key).stages).run({
    method: 'POST',
    target,
    headers,
    body: Buffer.from(JSON.stringify(body)),
  });
  if ('dropped' in outcome) throw new Error(`dropped: ${outcome.dropped}`);
  return {
    path: outcome.request.path,
    body: JSON.parse(Buffer.from(outcome.request.body ?? '', 'base64').toString('utf8')) as Record<string, unknown>,
  };
}

test('identifiers of every kind leave as others of their form, in a text and as values of any field', () => {
  const values = {
    a: 'anna.smith@acme.example',
    b: '+49 170 1234567',
    c: '4111 1111 1111 1111',
    d: 'GB82 WEST 1234 5698 7654 32',
    e: '81.2.69.142',
    f: '00:1a:2b:3c:4d:5e',
    g: '219-09-9999',
    h: 'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
    i: 'born 17 May 1984',
    j: 'Mr. Montgomery',
    k: '10 Downing Street',
    l: '52.5200066,13.404954',
    m: 'AKIAIOSFODNN7EXAMPLE',
    n: '8f14e45f-ceea-467f-9b1c-3a1b2c4d5e6f',
  };
  const { body } = send(values);
  for (const [name, value] of Object.entries(values)) {
    const left = String(body[name]);
    expect(left, name).not.toBe(value);
    expect(left.replaceAll(/\d/g, '0').replaceAll(/[a-z]/gi, 'a').length, name).toBe(value.length);
  }
});

test('a UUID is another one in the path, in the body and in the prepared store, and the same there', () => {
  const id = '8f14e45f-ceea-467f-9b1c-3a1b2c4d5e6f';
  const { path, body } = send({ ref: id }, {}, `/orders/${id}`);
  const stored = JSON.parse(makeLinePseudonymiser({}, key)(JSON.stringify({ id }))) as { id: string };
  expect(path).toBe(`/orders/${stored.id}`);
  expect(body['ref']).toBe(stored.id);
  expect(stored.id).not.toBe(id);
});

test('a number of a record becomes another of its length, everywhere the same, unless the manifest says that the store has the same rows', () => {
  const { path, body } = send({ customerId: 4711, customer: { id: '4711' }, productId: 4711 }, {}, '/customers/4711');
  expect(path).toMatch(/^\/customers\/(?!4711)[1-9]\d{3}$/);
  expect(path).toBe(`/customers/${String(body['customerId'])}`);
  expect(body).toEqual({ customerId: body['customerId'], customer: { id: String(body['customerId']) }, productId: 4711 });
  const raw = { customerId: 4711, customer: { id: '4711' }, customers: [4711] };
  const kept = send(raw, { fields: { customer_id: 'keep' } }, '/customers/4711/orders/17');
  expect(kept.body).toEqual(raw);
  expect(kept.path).toMatch(/^\/customers\/4711\/orders\/\d\d$/);
  expect(send({}, { fields: { customer_id: 'keep' } }, '/customers/anna@acme.example').path).not.toContain('anna');
});

test('what is sold may be called like somebody', () => {
  expect(send({ product: 'Anna Rose Shirt' }).body['product']).toBe('Anna Rose Shirt');
  expect(send({ note: 'Anna Rose Shirt' }).body['note']).not.toContain('Anna');
});

test('a pack brings the fields that its law names; without a choice all packs hold', () => {
  const person = { precinct: 'Harborview', religion: 'Zoroastrian', openid: 'oLVPpjqs9BhvzwPj5A' };
  const changed = (rules: DeidentificationRules) => {
    const { body } = send(person, rules);
    return Object.entries(person).flatMap(([name, value]) => (body[name] === value ? [] : [name]));
  };
  expect(changed({})).toEqual(['precinct', 'religion', 'openid']);
  expect(changed({ packs: ['hipaa'] })).toContain('precinct');
  expect(changed({ packs: ['gdpr'] })).not.toContain('precinct');
  expect(changed({ packs: ['gdpr'] })).toContain('religion');
  expect(changed({ packs: ['gdpr'], fields: { religion: 'keep' } })).not.toContain('religion');
});

test('several packs ask for the shortest time and the places that all of them allow', () => {
  expect(strictest(['gdpr', 'lgpd'])).toEqual({ keepDays: 30, regions: ['EEA'] });
  expect(strictest(['hipaa', 'ccpa'])).toEqual({ keepDays: 30, regions: null });
  expect(strictest(['gdpr', 'pipl'])).toEqual({ keepDays: 15, regions: [] });
  expect(rulePackNames.every((name) => rulePacks[name].keepDays > 0 && rulePacks[name].source.length > 10)).toBe(true);
});

test('detectors of the manifest see what Hone’s do not, only in the fields that they name', () => {
  const detectors: DeidentificationRules['detectors'] = [
    { name: 'customer-number', pattern: '\\bKD-[0-9]{6}\\b', kind: 'record' },
    { name: 'plate', pattern: '[A-Z]{2} [A-Z]{2} [0-9]{4}', kind: 'record', fields: ['plate'] },
  ];
  const { body } = send({ note: 'see KD-123456', plate: 'MU AB 1234', other: 'MU AB 4321' }, { detectors });
  expect(body['note']).toMatch(/^see [A-Z]{2}-\d{6}$/);
  expect(body['note']).not.toContain('123456');
  expect(body['plate']).not.toBe('MU AB 1234');
  expect(body['other']).toBe('MU AB 4321');
});

test('ordered fields keep their order within a request and the requests of a session', () => {
  const rules = { ordered: ['from', 'to', 'price', 'limit'] };
  const one = send({ from: '2024-02-27', to: '2024-03-02', price: 19.99, limit: 100 }, rules).body;
  const other = send({ from: '2024-02-28', price: 25.5 }, rules).body;
  const days = (from: unknown, to: unknown) => (Date.parse(String(to)) - Date.parse(String(from))) / 86_400_000;
  expect(one['from']).not.toBe('2024-02-27');
  expect([days(one['from'], one['to']), days(one['from'], other['from'])]).toEqual([4, 1]);
  expect(Number(one['price'])).toBeLessThan(Number(other['price']));
  expect(Number(other['price'])).toBeLessThan(Number(one['limit']));
  expect(typeof one['price']).toBe('number');
});

test('a store and its requests agree on values that had to give way to others', () => {
  const pseudonyms = makePseudonyms();
  const stored = makeLinePseudonymiser({}, key, pseudonyms);
  const names = Array.from(
    { length: 80 },
    (_, index) => `b${String.fromCharCode(97 + (index % 26))}${'xyz'[index % 3] ?? ''}${String.fromCharCode(97 + Math.floor(index / 26))}`,
  );
  const rows = names.map((name) => (JSON.parse(stored(JSON.stringify({ lastName: name }))) as { lastName: string }).lastName);
  expect(new Set(rows).size).toBe(new Set(names).size);
  const { stages } = makeSessionStages({}, key, undefined, pseudonyms);
  const asked = names.map((name) => {
    const outcome = makePipeline(stages).run({ method: 'GET', target: `/x?lastName=${name}`, headers: [], body: Buffer.of() });
    return 'dropped' in outcome ? '' : outcome.request.path.split('=')[1];
  });
  expect(asked.filter((name, index) => name !== '' && name !== rows[index])).toEqual([]);
});
