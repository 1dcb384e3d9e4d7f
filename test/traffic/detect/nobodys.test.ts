import { expect, test } from 'vitest';
import { makeSessionPipeline } from '../../../traffic/deidentify/pipeline.ts';

const pipeline = makeSessionPipeline({}, Buffer.alloc(32, 5));

function sent(body: string, type = 'application/json', target = '/x'): string {
  const outcome = pipeline.run({ method: 'POST', target, headers: [['content-type', type]], body: Buffer.from(body) });
  if ('dropped' in outcome) throw new Error(outcome.dropped);
  return `${outcome.request.path} ${Buffer.from(outcome.request.body ?? '', 'base64').toString()}`;
}
const leaves = (field: string, value: string) => sent(JSON.stringify({ [field]: value })).includes(value);

test.each([
  ['employer', 'Lopez - Garcia'],
  ['Firma', 'Farrell, Hills and Emmerich'],
  ['raison_sociale', 'Linden & Loon'],
  ['vendor_name', 'Anna Rose Foods Inc.'],
  ['payee', 'Anna Schmidt GmbH'],
  ['customer', 'Meyer Logistics Ltd'],
  ['note', 'Paid Anna Schmidt GmbH today'],
  ['ean', '5628466324577'],
  ['codigoBarras', '4006381333931'],
  ['note', 'barcode 4006381333931 scanned'],
])('%s: %s stays', (field, value) => expect(leaves(field, value)).toBe(true));

test.each([
  ['employer', 'Anna Schmidt'],
  ['payee', 'Lopez - Garcia'],
  ['customer', 'Anna Schmidt'],
  ['companyContact', 'Anna Schmidt'],
  ['pull_request[user][login]', 'jmeier2'],
])('%s: %s goes', (field, value) => expect(leaves(field, value)).toBe(false));

test('the name of a company is its own, and its contact is somebody', () => {
  const text = sent(JSON.stringify({ company: { legalName: 'Reichert-Beahan, Koepp', contactName: 'Ilse Brandt' } }));
  expect(text).toContain('"legalName":"Reichert-Beahan, Koepp"');
  expect(text).not.toMatch(/Ilse|Brandt/);
});

const [sha1, sha256] = ['4f171940973e119916d5386646987190900bc272', '9c4f5df40c168cf0b1720c2c9e7a4ed802e1826fc25b8e56f5ed8835e96b4c3e'];

test('a commit is named by its content, where a repository is spoken of', () => {
  const push = { before: sha1, after: sha1, commits: [{ id: sha1, parents: [sha1] }], pusher: { name: 'jmeier2' } };
  expect(sent(JSON.stringify(push)).split(sha1)).toHaveLength(5);
  expect(sent('{}', 'application/json', `/repos/acme/shop/statuses/${sha1}?ref=${sha1}`).split(sha1)).toHaveLength(3);
  expect(sent(JSON.stringify({ line: `HEAD is now at ${sha1}`, image: `shop@sha256:${sha256}` }))).toMatch(RegExp(`${sha1}.*${sha256}`));
  // Nothing says so: it may be anything of anybody.
  expect(sent(JSON.stringify({ before: sha1, cursor: 1 }))).not.toContain(sha1);
});

test.each(['hem', 'em', 'ph', 'phn_sha256', 'dob_sha256', 'idfa_sha256', 'hashed_email'])(
  'a hash of %s goes, though what stands beside it describes content',
  (field) => expect(sent(JSON.stringify({ [field]: sha256, content_type: 'product', size: 3, path: '/a' }))).not.toContain(sha256),
);

test('numbers among known names of columns leave a header what it is', () => {
  const csv = (header: string) => sent(`${header}\r\nAnna,Schmidt,77,jmeier\r\n`, 'text/csv');
  expect(csv('first_name,last_name,0,user_name')).not.toMatch(/Anna|Schmidt|jmeier/);
  expect(csv('first_name,last_name,0,user_name')).toContain('first_name,last_name,0,user_name');
  // Of a row of values it makes no names.
  expect(sent('anna@acme.example,17,Berlin\r\nben@acme.example,18,Kiel\r\n', 'text/csv')).not.toMatch(/anna@|ben@/);
});

test('lines of identity cards come out as such lines, with the days and check digits of one', () => {
  const lines = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'];
  for (const between of ['\n', '']) {
    const text = (JSON.parse(sent(JSON.stringify({ scan: lines.join(between) })).slice(3)) as { scan: string }).scan;
    expect(text).toMatch(/^I<[A-Z]{4}\d{9}<{15}\n?\d{7}[MF]\d{7}[A-Z]{3}<{11}\d\n?[A-Z]{8}<<[A-Z]{4}<[A-Z]{5}<{10}$/);
    expect(text).not.toMatch(/D23145890|740812|ERIKSSON|ANNA|MARIA/);
  }
  const second = 'D231458907UTO7408122F1204159<<<<<<<6';
  expect(sent(JSON.stringify({ scan: `I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n${second}` }))).not.toMatch(/ERIKSSON|D23145890|740812/);
});

test('what stands behind the reference to a letter is no word of its own, and the whole word is looked for', () => {
  const text = sent(JSON.stringify({ lastName: 'Ports', section: '&#83;ports', other: '&#x50;orts' }));
  expect(text).toContain('"section":"&#83;ports"');
  expect(text).not.toMatch(/"lastName":"Ports"|&#x50;orts/);
});
