import * as fakers from '@faker-js/faker';
import type { Faker } from '@faker-js/faker';
import type { IncomingRequest } from '../../traffic/deidentify/stage.ts';
import * as national from '../deidentify/corpus/national.ts';
import { makeRandom } from '../statistics.ts';

/** One application of a list; a member that is missing is left out. */
type Application = Record<string, string | number>;

/** What goes wrong with a value, in hundredths of all values of its field; the rest are right. */
const faults = {
  email: { missing: 2, broken: 5 },
  phone: { missing: 4, broken: 4 },
  card: { missing: 5, broken: 3, wrongCheck: 6, unknown: 3 },
  iban: { missing: 6, broken: 3, wrongCheck: 6, unknown: 2 },
  national: { missing: 5, broken: 2, wrongCheck: 8 },
  born: { missing: 2, broken: 3 },
  limit: { missing: 5, broken: 1 },
} as const;

type FaultName = 'missing' | 'broken' | 'wrongCheck' | 'unknown';

const people = 1500;
const dayMilliseconds = 86_400_000;
const agents = ['intake-portal/3.1', 'branch-client/2.0 (linux)', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'];

/** Lists of applications as branches send them, with values right and wrong in a known mix. Equal seeds make equal requests. */
export function makeIntakeRequests(seed: number, count: number): readonly IncomingRequest[] {
  const random = makeRandom(seed);
  const faker = fakers.fakerDE;
  faker.seed(seed);
  faker.setDefaultRefDate('2026-01-01T00:00:00Z');
  const known = Array.from({ length: people }, () =>
    makePerson([fakers.fakerDE, fakers.fakerES, fakers.fakerFR, fakers.fakerEN_GB], faker, random),
  );
  return Array.from({ length: count }, () => makeRequest(known, faker, random));
}

function makeRequest(known: readonly Application[], faker: Faker, random: () => number): IncomingRequest {
  const appliedOn = day(Date.UTC(2025, 0, 1) + Math.floor(random() * 365) * dayMilliseconds);
  const size = 10 + Math.floor(random() ** 2 * 60);
  const applications = Array.from({ length: size }, () => {
    // Some people are seen more often than others, and now and then twice in a list.
    const person = known[Math.floor(random() ** 2 * known.length)]!;
    return { ...person, ...makeMoney(random), reference: faker.string.alphanumeric({ length: 9, casing: 'upper' }) };
  });
  const body = Buffer.from(JSON.stringify({ branch: `branch-${1 + Math.floor(random() * 40)}`, applied_on: appliedOn, applications }));
  const headers = [
    ['host', 'intake.example'],
    ['user-agent', agents[Math.floor(random() * agents.length)]!],
    ['accept', 'application/json'],
    ['authorization', `Bearer ${faker.string.alphanumeric(40)}`],
    ['x-forwarded-for', faker.internet.ipv4()],
    ['content-type', 'application/json'],
    ['content-length', String(body.length)],
  ] as const;
  return { method: 'POST', target: '/applications', headers, body };
}

const day = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

function makePerson(locales: readonly Faker[], faker: Faker, random: () => number): Application {
  const names = locales[Math.floor(random() * locales.length)]!;
  // Seeded by the one generator, so that the order of calls to the others does not matter.
  names.seed(faker.number.int(2 ** 31));
  const [first, last] = [names.person.firstName(), names.person.lastName()];
  const name =
    random() < 0.05
      ? `${first} ${last}`.toUpperCase()
      : random() < 0.1
        ? `${first} ${names.person.firstName()} ${last}`
        : `${first} ${last}`;
  const application: Application = { full_name: name };
  const set = (field: string, value: string | null) => {
    if (value !== null) application[field] = value;
  };
  set('email', pick(random, faults.email, { right: () => email(faker, random, first, last), broken: () => brokenEmail(faker, random) }));
  set('phone', pick(random, faults.phone, { right: () => phone(faker, random), broken: () => faker.string.numeric(5) }));
  set('card', pick(random, faults.card, cards(faker, random)));
  set('card_expires', day(Date.UTC(2025, 0, 1) + Math.floor(random() * 1800 - 60) * dayMilliseconds));
  set('iban', pick(random, faults.iban, ibans(faker, random)));
  set('national_id', pick(random, faults.national, nationals(faker, random)));
  const born = Date.UTC(1935, 0, 1) + Math.floor(random() * 365.25 * 76) * dayMilliseconds;
  set(
    'born',
    pick(random, faults.born, { right: () => day(born), broken: () => `${day(born).slice(0, 4)}-${random() < 0.5 ? '02-30' : '13-05'}` }),
  );
  return application;
}

/** The value or its fault, by the hundredths given; null for a missing one. */
function pick(
  random: () => number,
  hundredths: Readonly<Partial<Record<FaultName, number>>>,
  makers: Readonly<Partial<Record<FaultName, () => string>>> & { readonly right: () => string },
): string | null {
  let left = random() * 100;
  for (const [name, share] of Object.entries(hundredths) as [FaultName, number][]) {
    left -= share;
    if (left < 0) return name === 'missing' ? null : makers[name]!();
  }
  return makers.right();
}

/** As numbers: what code adds up and compares. */
function makeMoney(random: () => number): Application {
  const amount = Math.round(10 ** (1 + random() * 3.7) * 100) / 100;
  const limit = pick(random, faults.limit, { right: () => (amount * 10 ** (random() * 1.4 - 0.5)).toFixed(2), broken: () => '12,5' });
  return limit === null ? { amount } : { amount, limit: limit.includes(',') ? limit : Number(limit) };
}

function email(faker: Faker, random: () => number, first: string, last: string): string {
  const plain = (text: string) =>
    text
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/[^a-z]/g, '');
  const local =
    random() < 0.04
      ? 'info'
      : `${plain(first)}${['.', '_', ''][Math.floor(random() * 3)]}${plain(last)}${random() < 0.3 ? faker.string.numeric(2) : ''}`;
  const providers = ['gmail.com', 'outlook.com', 'yahoo.com', 'gmx.de', 'web.de', 'orange.fr', 'icloud.com'];
  return `${local}@${random() < 0.65 ? providers[Math.floor(random() * providers.length)] : faker.internet.domainName()}`;
}

function brokenEmail(faker: Faker, random: () => number): string {
  const word = faker.string.alpha({ length: 8, casing: 'lower' });
  return [`${word}.example.com`, `${word}..x@gmail.com`, `${word}@localhost`][Math.floor(random() * 3)]!;
}

const phoneForms = [
  '+49 151 2#######',
  '+49 30 2#######',
  '+44 7400 ######',
  '+44 20 7946 ####',
  '+33 6 12 ## ## ##',
  '+33 1 44 ## ## ##',
  '+34 612 ### ###',
  '+1 415 555 ####',
  '+91 98### #####',
  '+86 138 #### ####',
  '030 2#######',
  '+55 11 9#### 7###',
];
const phone = (faker: Faker, random: () => number) => faker.helpers.replaceSymbols(phoneForms[Math.floor(random() * phoneForms.length)]);

/** Another last digit: all check sums here notice a single one. */
const otherDigit = (text: string) => text.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));

function cards(faker: Faker, random: () => number) {
  const forms = ['4###-####-####-###L', '4### #### #### ###L', '5[1-5]#############L', '37##-######-####L'];
  const right = () => faker.finance.creditCardNumber(forms[Math.floor(random() * forms.length)]);
  return { right, wrongCheck: () => otherDigit(right()), broken: () => right().slice(0, 9), unknown: () => `1${right().slice(1)}` };
}

function ibans(faker: Faker, random: () => number) {
  const countries = ['DE', 'GB', 'FR', 'ES', 'IT', 'NL', 'PL', 'AT'];
  const right = () => faker.finance.iban({ formatted: random() < 0.5, countryCode: countries[Math.floor(random() * countries.length)]! });
  return {
    right,
    wrongCheck: () => otherDigit(right()),
    broken: () => right().slice(0, -3).trim(),
    unknown: () => `ZZ${right().slice(2)}`,
  };
}

function nationals(faker: Faker, random: () => number) {
  const makers = [national.esDni, national.esNie, national.deTaxId, national.ukNhs, national.frNir, national.brCpf, national.usSsn];
  const right = () => makers[Math.floor(random() * makers.length)]!(faker);
  const lettersDiffer = (text: string) =>
    /[A-Z]$/.test(text) ? text.replace(/[A-Z]$/, (letter) => (letter === 'A' ? 'B' : 'A')) : otherDigit(text);
  return { right, wrongCheck: () => lettersDiffer(right()), broken: () => right().slice(0, 6) };
}
