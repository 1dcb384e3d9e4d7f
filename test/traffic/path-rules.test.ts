import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { makePipeline, makeSessionStages } from '../../traffic/deidentify/pipeline.ts';
import { makeLinePseudonymiser } from '../../traffic/deidentify/pseudonymise-line.ts';

const key = randomBytes(32);
type Fields = Manifest['deidentification']['fields'];

function send(target: string, fields: Fields = {}, body = '') {
  const headers = body === '' ? [] : ([['content-type', 'application/json']] as const);
  const outcome = makePipeline(makeSessionStages({ fields }, key).stages).run({ method: 'POST', target, headers, body: Buffer.from(body) });
  if ('dropped' in outcome) throw new Error(`dropped: ${outcome.dropped}`);
  return { path: outcome.request.path, text: Buffer.from(outcome.request.body ?? '', 'base64').toString('utf8') };
}
const store = (record: object) => JSON.parse(makeLinePseudonymiser({}, key)(JSON.stringify(record))) as Record<string, string>;

test.each([
  ['/customers/by-name/Jane%20Smith', /^\/customers\/by-name\/[A-Z][a-z]{3}%20[A-Z][a-z]{4}$/],
  ['/customers/byName/jane', /^\/customers\/byName\/[a-z]{4}$/],
  ['/users/jane.smith/orders/17', /^\/users\/[a-z]{4}\.[a-z]{5}\/orders\/\d\d$/],
  ['/users/jsmith', /^\/users\/[a-z]{6}$/],
  ['/list;name=Jane;page=2/x', /^\/list;name=[A-Z][a-z]{3};page=2\/x$/],
  ['/home;jsessionid=Ab12Cd', /^\/home;jsessionid=[A-Z][a-z]\d\d[A-Z][a-z]$/],
  ['/people/J%C3%BCrgen', /^\/people\/[^/]+$/],
  ['/born/by-birthday/1984-05-17', /^\/born\/by-birthday\/198\d-\d\d-\d\d$/],
])('%s leaves without the name', (target, form) => {
  const { path } = send(target);
  expect(path).toMatch(form);
  expect(decodeURIComponent(path)).not.toMatch(/jane|smith|jürgen|Ab12Cd|05-17/i);
});

test.each([
  '/customers/match',
  '/users/me/settings',
  '/login/callback',
  '/session/17',
  '/categories/17/products?sort=price',
  '/orders/recent',
  '/bookings/2026-03-14',
])('%s stays: its words are the route, its numbers are nobody’s', (target) => {
  expect(send(target).path).toBe(target);
});

test.each([
  ['/customers/4711/orders', /^\/customers\/[1-9]\d{3}\/orders$/],
  ['/users/C-10042', /^\/users\/[A-Z]-\d{5}$/],
  ['/orders/70418/items/3', /^\/orders\/[1-9]\d{4}\/items\/3$/],
  ['/reports/customers?user=1734', /^\/reports\/customers\?user=[1-9]\d{3}$/],
])('%s leaves with another number of its record', (target, form) => {
  const { path } = send(target);
  expect(path).toMatch(form);
  expect(path).not.toBe(target);
});

test("the manifest's rules hold for the segment after the name", () => {
  expect(send('/sku/AB-1234567890/x', { sku: 'token' }).path).toMatch(/^\/sku\/[A-Z]{2}-\d{10}\/x$/);
  expect(send('/customers/Ninth', { customers: 'keep' }).path).toBe('/customers/Ninth');
  expect(send('/customers/match', { customers: 'name' }).path).not.toBe('/customers/match');
});

test('fields that name people by another word', () => {
  const record = {
    dob: '1984-05-17',
    dateOfBirth: '17.5.1984',
    city: 'Berlin',
    postcode: 'SW1A 1AA',
    zip: 10115,
    user: 'jsmith',
    author: 'Jane Smith',
  };
  const { text } = send('/x', {}, JSON.stringify(record));
  expect(text).toMatch(
    /^\{"dob":"198\d-\d\d-\d\d","dateOfBirth":"\d\d\.\d\.198\d","city":"[A-Z][a-z]{5}","postcode":"[A-Z]{2}\d[A-Z] \d[A-Z]{2}","zip":[1-9]\d{4},"user":"[a-z]{6}","author":"[A-Z][a-z]{3} [A-Z][a-z]{4}"\}$/,
  );
  expect(text).not.toMatch(/05-17|Berlin|SW1A|10115|jsmith|jane/i);
  expect(Number.isNaN(Date.parse((JSON.parse(text) as typeof record).dob))).toBe(false);
  expect(send('/x', {}, '{"user":{"theme":"dark","id":1734},"customer":4242}').text).toMatch(
    /^\{"user":\{"theme":"dark","id":(?!1734)\d{4}\},"customer":(?!4242)\d{4}\}$/,
  );
});

test('names of members that are identifiers themselves', () => {
  const { text } = send('/x', {}, '{"jane@acme.example":1,"+49 170 1234567":{"id":2}}');
  expect(text).toMatch(/^\{"[a-z]{4}@[a-z]{4}\.example":1,"\+\d\d \d{3} \d{7}":\{"id":2\}\}$/);
  expect(text).not.toMatch(/jane|acme|1234567/);
  expect(send('/x', {}, '{"Mueller":2,"lastName":"Mueller"}').text).not.toContain('Mueller');
});

test('a path asks for what the store holds', () => {
  const held = store({ name: 'Jane Smith', username: 'jane.smith', user: 'jsmith42', postcode: '10115', dob: '1984-05-17' });
  expect(decodeURIComponent(send('/customers/by-name/Jane%20Smith').path)).toBe(`/customers/by-name/${held['name']}`);
  expect(send('/users/jane.smith/orders').path).toBe(`/users/${held['username']}/orders`);
  expect(send('/users/jsmith42').path).toBe(`/users/${held['user']}`);
  expect(send('/postcode/10115;dob=1984-05-17').path).toBe(`/postcode/${held['postcode']};dob=${held['dob']}`);
});
