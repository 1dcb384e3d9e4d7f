import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { isValidPhoneNumber } from 'libphonenumber-js/max';
import { stdnum } from 'stdnum';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../traffic/deidentify/document.ts';
import { isCard } from '../../../traffic/deidentify/checks/card.ts';
import { isIban } from '../../../traffic/deidentify/checks/iban.ts';
import { compactNumber, nationalSchemes, schemeOf, type NationalSchemeName } from '../../../traffic/deidentify/checks/national.ts';
import { normalise, renderPseudonym, shapeOf, type IdentifierKind } from '../../../traffic/deidentify/identifiers.ts';
import { makePseudonyms } from '../../../traffic/deidentify/shapes/collisions.ts';
import { orderedDate, orderedNumber } from '../../../traffic/deidentify/shapes/ordered.ts';
import { makeKeyedHash } from '../../../traffic/deidentify/keyed-hash.ts';

const hash = makeKeyedHash(Buffer.alloc(32, 9));
const pseudonym = (kind: IdentifierKind, raw: string, key = hash) =>
  renderPseudonym(shapeOf(kind, raw), key(`pseudonym:${kind}`, normalise(kind, raw)), null);
const stream = (seed: number) => {
  let counter = 0;
  let block = Buffer.alloc(0);
  return () => {
    if (counter % 32 === 0)
      block = createHash('sha256')
        .update(`${String(seed)}/${String(counter)}`)
        .digest();
    return block[counter++ % 32] ?? 0;
  };
};

/** Another author's validators, where there are any. NHS numbers have none. */
const judges: Readonly<Partial<Record<NationalSchemeName, (value: string) => boolean>>> = {
  'us-ssn': (value) => stdnum['US']!['ssn']!.validate(value).isValid,
  'gb-nino': (value) => stdnum['GB']!['nino']!.validate(value).isValid,
  'de-idnr': (value) => stdnum['DE']!['idnr']!.validate(value).isValid,
  'fr-nir': (value) => stdnum['FR']!['nir']!.validate(value).isValid,
  'es-dni': (value) => stdnum['ES']!['dni']!.validate(value).isValid,
  'es-nie': (value) => stdnum['ES']!['nie']!.validate(value).isValid,
  'it-codice-fiscale': (value) => stdnum['IT']!['codicefiscale']!.validate(value).isValid,
  'in-aadhaar': (value) => stdnum['IN']!['aadhaar']!.validate(value).isValid,
  'br-cpf': (value) => stdnum['BR']!['cpf']!.validate(value).isValid,
  'cn-resident': (value) => stdnum['CN']!['ric']!.validate(value).isValid,
};

describe.each(Object.keys(nationalSchemes) as NationalSchemeName[])('%s', (name) => {
  const scheme = nationalSchemes[name];
  const made = Array.from({ length: 300 }, (_, seed) => scheme.make(stream(seed), ''));
  test('what is made is of the scheme, by its own rule and by another author’s', () => {
    expect(made.filter((value) => !scheme.accepts(value))).toEqual([]);
    const judge = judges[name];
    if (judge !== undefined) expect(made.filter((value) => !judge(value))).toEqual([]);
    expect(new Set(made).size).toBeGreaterThan(290);
  });
  test('a digit that is wrong is seen, as often as by the other author', () => {
    const judge = judges[name];
    if (judge === undefined || name === 'us-ssn' || name === 'gb-nino') return;
    const wrong = made.map((value) => value.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)));
    for (const value of wrong)
      if (judge(value) !== scheme.accepts(value)) expect([value, scheme.accepts(value)]).toEqual([value, judge(value)]);
  });
  test('a pseudonym is of the same scheme, and another number', () => {
    for (const value of made.slice(0, 50)) {
      const other = pseudonym('national', value);
      if (schemeOf(value) === name) expect(scheme.accepts(compactNumber(other)), `${value} ${other}`).toBe(true);
      expect(other).not.toBe(value);
    }
  });
});

test.each<[IdentifierKind, string, RegExp]>([
  ['iban', 'GB82 WEST 1234 5698 7654 32', /^GB\d\d [A-Z]{4} \d{4} \d{4} \d{4} \d\d$/],
  ['iban', 'de89370400440532013000', /^de\d{20}$/],
  ['mac', '00:1a:2b:3c:4d:5e', /^[0-9a-f][26ae](?::[0-9a-f]{2}){5}$/],
  ['mac', '001A.2B3C.4D5E', /^[0-9A-F][26AE][0-9A-F]{2}\.[0-9A-F]{4}\.[0-9A-F]{4}$/],
  ['national', 'ab 12 34 56 c', /^[a-z]{2} \d\d \d\d \d\d [a-d]$/],
  ['national', '111.444.777-35', /^\d{3}\.\d{3}\.\d{3}-\d\d$/],
  ['record', '8f14e45f-ceea-467f-9b1c-3a1b2c4d5e6f', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ['record', 'cus_NffrFeUfNV2Hib', /^cus_[A-Z][a-z]{3}[A-Z][a-z][A-Z][a-z][A-Z]{2}\d[A-Z][a-z]{2}$/],
  ['coordinate', '-33.8688', /^-3\d\.\d{4}$/],
  ['birth', '1984-05-17T10:00:00Z', /^198\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-2])T00:00:00Z$/],
  ['birth', '19840517', /^198\d(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-2])$/],
  ['birth', '17 May 1984', /^(?:0[1-9]|1[0-2]) [A-Z][a-z]{2} 198\d$/],
  ['birth', '05/17/84', /^(?:0[1-9]|1[0-2])\/(?:0[1-9]|1[0-2])\/8\d$/],
  ['token', 'AKIAIOSFODNN7EXAMPLE', /^AKIA[A-Z]{8}\d[A-Z]{7}$/],
  ['address', 'SW1A 1AA', /^[A-Z]{2}\d[A-Z] \d[A-Z]{2}$/],
])('%s: %s keeps its form', (kind, raw, form) => {
  const made = pseudonym(kind, raw);
  expect(made).toMatch(form);
  expect(made).not.toBe(raw);
  if (kind === 'iban') expect(isIban(compactNumber(made))).toBe(true);
  expect(pseudonym(kind, raw, makeKeyedHash(Buffer.alloc(32, 1)))).not.toBe(made);
});

test.each([
  ['iban', 'DE89 3704 0044 0532 0130 00', 'de89370400440532013000'],
  ['mac', '00:1a:2b:3c:4d:5e', '00-1A-2B-3C-4D-5E'],
  ['national', '943 476 5919', '9434765919'],
  ['phone', '+49 170 1234567', '0049-170-1234567'],
  ['birth', '1984-05-17', '17.05.1984'],
] as const)('%s: one value in two spellings has one pseudonym', (kind, one, other) => {
  const plain = (text: string) =>
    kind === 'birth'
      ? text.replace(/^(\d\d)\.(\d\d)\.(\d{4})$/, '$3-$2-$1')
      : text
          .toUpperCase()
          .replaceAll(/[^A-Z\d]/g, '')
          .replace(/^00(?=49)/, '');
  expect(plain(pseudonym(kind, other))).toBe(plain(pseudonym(kind, one)));
});

test('a card stays a card of its network, and one with a wrong digit stays wrong', () => {
  for (const raw of [
    '4111 1111 1111 1111',
    '5555555555554444',
    '378282246310005',
    '6011-1111-1111-1117',
    '2223003122003222',
    '3530111333300000',
  ]) {
    const made = pseudonym('card', raw);
    expect(isCard(made.replaceAll(/\D/g, '')), made).toBe(true);
    expect(made.slice(0, 2)).toBe(raw.slice(0, 2));
  }
  expect(isCard(pseudonym('card', '4111 1111 1111 1112').replaceAll(/\D/g, ''))).toBe(false);
});

test('a phone number keeps country and region, and is valid where it was', () => {
  const numbers = [
    '+49 170 1234567',
    '+44 20 7946 0958',
    '+1 202-555-0143',
    '+33 6 12 34 56 78',
    '+91 98765 43210',
    '+55 11 98765-4321',
    '+86 138 1234 5678',
    '+34 612 345 678',
    '+39 06 698 83145',
    '+81 3-1234-5678',
    '+61 412 345 678',
    '+47 40 61 23 45',
  ];
  const keys = Array.from({ length: 40 }, (_, index) => makeKeyedHash(Buffer.alloc(32, index)));
  for (const raw of numbers) {
    const made = keys.map((key) => pseudonym('phone', raw, key));
    expect(made.every((text) => text.startsWith(raw.slice(0, raw.startsWith('+1') ? 2 : 3)) && text !== raw)).toBe(true);
    // The plans are those of the smaller metadata: a range that only the larger one tells apart may be left.
    if (isValidPhoneNumber(raw)) expect(made.filter((text) => isValidPhoneNumber(text)).length, raw).toBeGreaterThan(30);
  }
});

const finding = (raw: string, digest: Buffer): Finding => ({
  kind: 'name',
  length: raw.length,
  raw: null,
  digest,
  domainDigest: null,
  shape: shapeOf('name', raw),
});

test('two values of one epoch never share a pseudonym while there is a free one, and each keeps its own', () => {
  const pseudonyms = makePseudonyms();
  const names = Array.from({ length: 60 }, (_, index) => String.fromCharCode(97 + (index % 20), 97 + Math.floor(index / 20)));
  const first = names.map((name) => pseudonyms.of(finding(name, hash('pseudonym:name', name))));
  expect(new Set(first).size).toBe(names.length);
  expect(new Set(names.map((name) => pseudonym('name', name))).size).toBeLessThan(names.length);
  expect(pseudonyms.resolved()).toBeGreaterThan(0);
  expect(names.map((name) => pseudonyms.of(finding(name, hash('pseudonym:name', name))))).toEqual(first);
});

test('when no pseudonym is free, values share one, and that is counted', () => {
  const pseudonyms = makePseudonyms();
  const values = Array.from({ length: 12 }, (_, index) => hash('pseudonym:record', String(index)));
  for (const digest of values) pseudonyms.of({ ...finding('7', digest), kind: 'record', shape: shapeOf('record', '7') });
  expect(pseudonyms.shared()).toBeGreaterThan(0);
});

test('ordered numbers keep order, sign, decimals and magnitude; near ones become equal', () => {
  const amount = fc.double({ min: 0.01, max: 1e9, noNaN: true }).map((value) => value.toFixed(2));
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      const [x, y] = [Number(orderedNumber(a, hash)), Number(orderedNumber(b, hash))];
      if (Number(a) < Number(b)) expect(x).toBeLessThanOrEqual(y);
      if (Number(a) * 1.05 < Number(b) && Number(a) > 2) expect(x).toBeLessThan(y);
      expect(orderedNumber(a, hash)).toMatch(/^\d+\.\d\d$/);
      expect(x / Number(a)).toBeLessThan(2.01);
      expect(Number(a) / x).toBeLessThan(2.01);
    }),
    { numRuns: 500 },
  );
  expect(orderedNumber('-19.99', hash)).toBe(`-${orderedNumber('19.99', hash)}`);
  expect(orderedNumber('0', hash)).toBe('0');
  expect(orderedNumber('1000000', hash)).toBe(orderedNumber('1000001', hash));
});

test('ordered dates move together', () => {
  const days = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000;
  const [from, to] = ['2024-02-27', '2024-03-02T10:00:00Z'].map((text) => orderedDate(text, hash));
  expect(days(from!, to!.slice(0, 10))).toBe(4);
  expect(to).toMatch(/T10:00:00Z$/);
  expect(Math.abs(days('2024-02-27', from!))).toBeGreaterThanOrEqual(30);
});

test('a day that no calendar has stays one', () => {
  const isDay = (text: string) => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().slice(0, 10) === text.slice(0, 10);
  for (const wrong of ['2023-02-29', '2024-02-30', '1973-13-05', '1973-00-05', '2024-04-31', '2024-01-32', '2024-01-00']) {
    const image = orderedDate(wrong, hash);
    expect(image).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect([image, isDay(image)]).toEqual([image, false]);
  }
  expect(isDay(orderedDate('2024-02-29', hash))).toBe(true);
});

test('a number with a wrong check digit gets one with a wrong check digit, of its country and classes', () => {
  const ibans = Array.from(
    { length: 300 },
    (_, index) => `DE11 3704 0044 0532 01${String(index).padStart(2, '0').slice(-2)} 0${index % 10}`,
  );
  const wrong = ibans.filter((iban) => !isIban(iban.replaceAll(' ', '')));
  for (const iban of wrong) {
    const image = renderPseudonym(shapeOf('iban', iban), hash('pseudonym:iban', iban), null);
    expect(image).toMatch(/^DE\d\d \d{4} \d{4} \d{4} \d{4} \d{2}$/);
    expect(isIban(image.replaceAll(' ', ''))).toBe(false);
  }
  const short = renderPseudonym(shapeOf('iban', 'DE864104116995990057'), hash('pseudonym:iban', 'short'), null);
  expect(short).toMatch(/^DE\d{18}$/);
  for (let index = 0; index < 300; index += 1) {
    const digits = `86095742${String(700 + index)}`;
    if (schemeOf(digits) !== null) continue;
    const image = renderPseudonym(shapeOf('national', digits), hash('pseudonym:national', digits), null);
    expect(image).toMatch(/^[1-9]\d{10}$/);
    expect(schemeOf(image)).toBeNull();
  }
});
