/*
 * Written without sight of the rules. Whoever tunes rules must not read this file. If it has been read, say so in docs/benches.md and have a new
 * one written by somebody who has not seen the rules.
 */
import type { Faker } from '@faker-js/faker';
import { identifier, type IdentifierMaker } from '../identifiers.ts';

type Maker = Pick<IdentifierMaker, 'kind' | 'compare' | 'make'>;

const digits = (faker: Faker, count: number) => faker.string.numeric({ length: count, allowLeadingZeros: true });
const shape = (faker: Faker, shapes: readonly string[]) => faker.helpers.replaceSymbols(faker.helpers.arrayElement([...shapes]));

/** A word that can be looked for: the first of a name, at least so many letters. */
function word(make: () => string, least: number): string {
  for (;;) {
    const [made = ''] = make().split(/[ '-]/);
    if (made.length >= least && /^\p{L}+$/u.test(made)) return made;
  }
}

/** As people of the country write them to each other, without its code. */
const nationalPhones = [
  '(415) 555-26##',
  '212-736-5###',
  '0171 2######',
  '030 2#######',
  '07400 ######',
  '06 12 ## ## ##',
  '612 ### ###',
  '347 ### ####',
  '(11) 9#### 7###',
  '138#### ####',
];

const streets: readonly ((name: string, number: number) => string)[] = [
  (name, number) => `${number} ${name} Street`,
  (name, number) => `${number} ${name} Road, Apt ${(number % 40) + 1}`,
  (name, number) => `${number} ${name} Avenue`,
  (name, number) => `${name}straße ${number}`,
  (name, number) => `${name}weg ${number}a`,
  (name, number) => `${number} rue ${name}`,
  (name, number) => `Calle ${name} ${number}`,
  (name, number) => `Rua ${name}, ${number}`,
  (name, number) => `Via ${name} ${number}`,
];

const surnames = 'Wang Zhang Chen Yang Zhao Huang Zhou Zheng Liang Song Deng Feng Jiang Xiao Dong'.split(' ');
const givenNames = 'Xiaoming Jianguo Meiling Haoran Yuxuan Zihan Weijie Shuyan Guoqiang Lihua Mengyao Junjie Yifan Ruoxi Tianyu'.split(' ');

const recordShapes = ['CUST-#######', 'P########', '########', '##########', 'KD-######-#', 'MBR#######', '??######', 'AC-####-####'];

const made: readonly Maker[] = [
  { kind: 'first-name', compare: 'words', make: (faker) => word(() => faker.person.firstName(), 4) },
  { kind: 'last-name', compare: 'words', make: (faker) => word(() => faker.person.lastName(), 4) },
  {
    kind: 'pinyin-name',
    compare: 'words',
    make: (faker) => `${faker.helpers.arrayElement(surnames)} ${faker.helpers.arrayElement(givenNames)}`,
  },
  { kind: 'phone-national', compare: 'national', make: (faker) => shape(faker, nationalPhones) },
  {
    kind: 'birth-local',
    compare: 'text',
    make(faker) {
      const [year = '', month = '', day = ''] = faker.date.birthdate().toISOString().slice(0, 10).split('-');
      return faker.helpers.arrayElement([
        `${day}.${month}.${year}`,
        `${day}/${month}/${year}`,
        `${month}/${day}/${year}`,
        `${year}${month}${day}`,
      ]);
    },
  },
  { kind: 'record-id', compare: 'text', make: (faker) => shape(faker, recordShapes) },
  {
    kind: 'address',
    compare: 'street',
    make: (faker) =>
      faker.helpers.arrayElement([...streets])(
        word(() => faker.person.lastName(), 5),
        faker.number.int({ min: 1, max: 240 }),
      ),
  },
  {
    kind: 'postcode',
    compare: 'text',
    make: (faker) => faker.helpers.arrayElement([digits(faker, 5), digits(faker, 5), shape(faker, ['??## #??', '#####-###', '####-###'])]),
  },
];

/** Kinds of identifiers: those of this part alone, else those of the whole generator. */
export function heldOutIdentifier(kind: string): Maker {
  return made.find((maker) => maker.kind === kind) ?? identifier(kind);
}

const pick =
  (...values: readonly string[]) =>
  (faker: Faker) =>
    faker.helpers.arrayElement([...values]);
const when = (faker: Faker) => faker.date.recent({ days: 700 });

/** Values that name nobody. A number is written as a JSON number. */
export const heldOutDecoys: Readonly<Record<string, (faker: Faker) => string | number>> = {
  sku: (faker) => shape(faker, ['??-####', '###-??-##', '????##-#', 'A##.####']),
  price: (faker) => Number(faker.commerce.price({ min: 1.05, max: 4000 })),
  'price-text': (faker) => faker.commerce.price({ min: 1.05, max: 4000 }),
  quantity: (faker) => faker.number.int({ min: 1, max: 900 }),
  negative: (faker) => -faker.number.float({ min: 1, max: 900, fractionDigits: 2 }),
  ratio: (faker) => faker.number.float({ min: 0.1, max: 98, fractionDigits: 2 }),
  percent: (faker) => faker.number.int({ min: 1, max: 100 }),
  pixel: (faker) => faker.number.int({ min: 0, max: 2560 }),
  millis: (faker) => faker.number.int({ min: 3, max: 90_000 }),
  epoch: (faker) => Math.floor(when(faker).getTime() / 1000),
  'epoch-ms': (faker) => when(faker).getTime(),
  instant: (faker) => faker.helpers.arrayElement([when(faker).toISOString(), `${when(faker).toISOString().slice(0, 19)}+01:00`]),
  day: (faker) => when(faker).toISOString().slice(0, 10),
  year: pick('2024', '2025', '2026'),
  version: (faker) => faker.helpers.arrayElement([faker.system.semver(), `v${faker.system.semver()}`, `${faker.system.semver()}-rc.2`]),
  colour: (faker) => faker.helpers.arrayElement([faker.color.rgb(), faker.color.human()]),
  sha256: (faker) => faker.helpers.arrayElement(['', 'sha256:']) + faker.string.hexadecimal({ length: 64, casing: 'lower', prefix: '' }),
  md5: (faker) => faker.string.hexadecimal({ length: 32, casing: 'lower', prefix: '' }),
  product: (faker) => faker.commerce.productName(),
  department: (faker) => faker.commerce.department(),
  currency: (faker) => faker.finance.currencyCode(),
  country: (faker) => faker.location.countryCode(),
  zone: (faker) => faker.location.timeZone(),
  locale: pick('de-AT', 'en-CA', 'fr-CA', 'pt-PT', 'es-MX', 'sv-SE', 'zh-CN'),
  'media-type': (faker) => faker.system.mimeType(),
  file: (faker) => faker.system.commonFileName(),
  dimension: (faker) => shape(faker, ['##x##x## cm', '### × ## × # mm', '#.#m x #.#m']),
  resolution: pick('1920x1080', '2560x1440', '390x844', '1366x768', '3440x1440'),
  duration: pick('PT15M', 'P3D', '30s', '250ms', '2h30m', 'P1Y', 'monthly', '00:45:00'),
  status: pick('pending', 'SHIPPED', 'in_review', 'partially-refunded', 'on_hold', 'COMPLETED', 'awaiting_documents'),
  tier: pick('gold', 'basic', 'PREMIUM', 'economy', 'legendary', 'high'),
  channel: pick('web', 'mobile-app', 'callcentre', 'production', 'gzip', 'compact', 'SortCodeScheme'),
  campaign: pick('spring-sale-2026', 'newsletter_w14', 'black_week', 'retargeting_a'),
  reason: pick('WRONG_SIZE', 'damaged-in-transit', 'renewal', 'housing', 'duplicate_charge', 'water damage'),
  'card-scheme': pick('visa', 'MASTERCARD', 'amex', 'sepa_debit'),
  'payment-method': pick('rechnung', 'lastschrift', 'vorkasse', 'kreditkarte'),
  salutation: pick('Mr', 'Ms', 'Dr', 'Frau', 'Herr', 'Mx'),
  relation: pick('spouse', 'child', 'parent', 'sibling', 'other'),
  role: pick('viewer', 'maintainer', 'billing-admin', 'owner'),
  'address-type': pick('home', 'work', 'other', 'billing'),
  warehouse: (faker) => shape(faker, ['WH-##', 'eu-central-#', 'DEPOT##', 'ward-#?', 'shard-##']),
  service: pick('EXPRESS_12', 'ground', 'NEXT-DAY', 'economy-select', 'SAT_AM'),
  flight: (faker) => shape(faker, ['LH###', 'AC####', 'IB###', 'TP####']),
  carrier: pick('LH', 'AC', 'IB', 'TP', 'SK'),
  airport: pick('VIE', 'YYZ', 'LIS', 'ARN', 'MEX', 'PEK', 'ZRH'),
  fare: (faker) => shape(faker, ['Y??OW#', 'K##RT', 'FLEX-##', 'BAR##']),
  room: (faker) => shape(faker, ['DLX-#', 'R-###', 'Lab #', 'Hall ?']),
  tariff: (faker) => shape(faker, ['84##.##', '61##.##.##']),
  icd: (faker) => shape(faker, ['E1#.#', 'J4#.#', 'S82.#', 'I1#']),
  obis: (faker) => shape(faker, ['1-0:1.8.#', '1-0:2.8.#', '8867-#', '8310-#']),
  unit: pick('kWh', 'mmHg', 'm3', '/min', 'Cel'),
  'error-code': (faker) => shape(faker, ['E####', '####', 'ERR_??_##']),
  event: pick('checkout_started', 'Page Viewed', 'video.paused', 'item_added', 'sync-failed'),
  device: pick('Pixel 9', 'iPhone16,2', 'SM-S928B', 'ThinkPad X1', 'ios'),
  cron: pick('0 3 * * *', '*/15 * * * *', '30 6 * * 1-5'),
  ean: (faker) => {
    const stem = `76${digits(faker, 10)}`;
    const sum = Array.from(stem).reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
    return stem + String((10 - (sum % 10)) % 10);
  },
  'doc-url': pick(
    'https://schemas.example.org/extension/consent-status',
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'https://docs.example.com/v2/errors#rate-limit',
  ),
};
