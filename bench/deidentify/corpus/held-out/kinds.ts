/*
 * Written without sight of the rules. Whoever tunes rules must not read this folder. If it has been read, say so in docs/benches.md and have a new
 * one written by somebody who has not seen the rules.
 */
import type { Faker } from '@faker-js/faker';
import { identifier, type IdentifierMaker } from '../identifiers.ts';
import { cities, han, kanji, people, phones, postcodes, streets, type Language } from './pools.ts';

type Maker = Pick<IdentifierMaker, 'kind' | 'compare'> & { readonly make: (faker: Faker, language: Language) => string };

const any = <Item>(faker: Faker, items: readonly Item[]): Item => faker.helpers.arrayElement([...items]);
const shape = (faker: Faker, shapes: readonly string[]) => faker.helpers.replaceSymbols(any(faker, shapes));
const hex = (faker: Faker, length: number) => faker.string.hexadecimal({ length, casing: 'lower', prefix: '' });
const letters = (faker: Faker, length: number) => faker.string.alphanumeric(length);

/** A word that can be looked for: the first of a name, at least four letters. */
function word(make: () => string): string {
  for (;;) {
    const [made = ''] = make().split(/[ '-]/);
    if (made.length >= 4 && /^\p{L}+$/u.test(made)) return made;
  }
}
const given = (faker: Faker, language: Language) => {
  const pool = people[language]?.given;
  return pool === undefined ? word(() => faker.person.firstName()) : any(faker, pool);
};
const family = (faker: Faker, language: Language) => {
  const pool = people[language]?.family;
  return pool === undefined ? word(() => faker.person.lastName()) : any(faker, pool);
};

/** As people write their names into forms, most of them plainly. */
function fullName(faker: Faker, language: Language): string {
  const [first, last] = [given(faker, language), family(faker, language)];
  if (language === 'zh' || language === 'ja') return any(faker, [`${last} ${first}`, `${first} ${last}`]);
  const usual = language === 'es' ? `${first} ${last} ${family(faker, language)}` : `${first} ${last}`;
  return any(faker, [
    usual,
    usual,
    usual,
    usual,
    `${first} ${last}`.toUpperCase(),
    `${last}, ${first}`,
    `${first} ${any(faker, ['M.', 'J.', 'A.'])} ${last}`,
  ]);
}

function mail(faker: Faker): string {
  const made = faker.internet.email();
  const [local = '', host = ''] = made.split('@');
  return any(faker, [
    made,
    made.toLowerCase(),
    made.toLowerCase(),
    `${local.toLowerCase()}+news@${host}`,
    `${local}@${any(faker, companyHosts)}`,
  ]);
}
const companyHosts = [
  'brightwater-logistics.com',
  'kanzlei-am-markt.de',
  'atelier-nord.fr',
  'grupo-alameda.es',
  'tecnosud.it',
  'unimail.edu',
];

const userNames: readonly ((faker: Faker) => string)[] = [
  (faker) => faker.internet.username(),
  (faker) => faker.internet.username().toLowerCase(),
  (faker) =>
    `${any(faker, ['xX_', 'the', 'mister', 'real.'])}${faker.string.alpha({ length: 6, casing: 'lower' })}${faker.number.int({ min: 10, max: 99 })}`,
  (faker) => `${faker.string.alpha({ length: 2, casing: 'lower' })}${faker.string.alpha({ length: 6, casing: 'lower' })}`,
];

/** As customers, patients, members, contracts and accounts are numbered in systems that are in use. */
const recordIds: readonly ((faker: Faker) => string)[] = [
  (faker) => shape(faker, ['C-########', 'KD######', 'M########', 'P-####-#####', '########', '##########', 'AB-###-####', '??#######']),
  (faker) => `${any(faker, ['cus', 'usr', 'acct', 'mem', 'pat'])}_${letters(faker, 14)}`,
  (faker) => hex(faker, 24),
  (faker) => `00${any(faker, ['3', '1', 'Q'])}5e${letters(faker, 10)}${any(faker, ['AAE', 'AAQ', 'QAW'])}`,
  (faker) => `1${faker.string.numeric(17)}`,
  (faker) => `01J${faker.string.fromCharacters('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 23)}`,
];

const secrets: readonly ((faker: Faker) => string)[] = [
  (faker) => hex(faker, 32),
  (faker) => hex(faker, 40),
  (faker) => faker.string.alphanumeric(43),
  (faker) => `s%3A${faker.string.alphanumeric(32)}.${faker.string.alphanumeric(43)}`.replace('%3A', ':'),
  (faker) => `${faker.string.alphanumeric(22)}-${faker.string.alphanumeric(20)}_${faker.string.alphanumeric(8)}`,
];

const apiKeys: readonly ((faker: Faker) => string)[] = [
  (faker) => identifier('api-key').make(faker),
  (faker) => `rk_live_${letters(faker, 32)}`,
  (faker) => `shpat_${hex(faker, 32)}`,
  (faker) => `key-${hex(faker, 32)}`,
  (faker) => `dop_v1_${hex(faker, 64)}`,
  (faker) => letters(faker, 40),
];

/** IMEI: fifteen digits, the last by Luhn (3GPP TS 23.003). */
function imei(faker: Faker): string {
  const stem = `35${faker.string.numeric(12)}`;
  const sum = Array.from(stem).reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return stem + String((10 - (sum % 10)) % 10);
}

function localBirth(faker: Faker, language: Language): string {
  const [year = '', month = '', day = ''] = faker.date.birthdate().toISOString().slice(0, 10).split('-');
  if (language === 'de') return `${day}.${month}.${year}`;
  if (language === 'zh') return any(faker, [`${year}${month}${day}`, `${year}/${month}/${day}`, `${year}年${month}月${day}日`]);
  if (language === 'ja') return `${year}/${month}/${day}`;
  if (language === 'en') return any(faker, [`${month}/${day}/${year}`, `${day}/${month}/${year}`, `${year}${month}${day}`]);
  return any(faker, [`${day}/${month}/${year}`, `${day}-${month}-${year}`]);
}

const passports: Readonly<Partial<Record<Language, readonly string[]>>> = {
  en: ['PA######?', 'AB######', '#########', '12#######'],
  de: ['C01X####T', 'P#######', 'X#######'],
  fr: ['##FV#####'],
  es: ['PAA######', 'G########'],
  pt: ['CB######', 'FX######'],
  it: ['YB#######', 'AA#######'],
  zh: ['E########', 'EJ#######'],
  in: ['Z#######', 'N#######'],
  ja: ['TK#######', 'TR#######'],
};

const pair = (faker: Faker, between: string) =>
  [faker.location.latitude({ precision: 6 }), faker.location.longitude({ precision: 6 })]
    .map((degrees) => degrees.toFixed(6))
    .join(between);

const makers: readonly Maker[] = [
  { kind: 'name', compare: 'words', make: fullName },
  { kind: 'first-name', compare: 'words', make: given },
  { kind: 'last-name', compare: 'words', make: family },
  { kind: 'pinyin-name', compare: 'words', make: (faker) => fullName(faker, 'zh') },
  { kind: 'han-name', compare: 'words', make: (faker) => any(faker, han.family) + any(faker, han.given) },
  { kind: 'kanji-name', compare: 'words', make: (faker) => `${any(faker, kanji.family)}　${any(faker, kanji.given)}` },
  { kind: 'email', compare: 'text', make: mail },
  {
    kind: 'email-international',
    compare: 'text',
    make: (faker) =>
      `${any(faker, ['björn', 'renée', 'josé', 'grüner', '李明', 'ñandú'])}.${faker.string.alpha({ length: 6, casing: 'lower' })}@` +
      any(faker, ['exempel.se', 'crème-brulée.fr', 'bücher-wald.de', '邮件.中国', 'correo.es', 'xn--bcher-wald-9db.de']),
  },
  { kind: 'phone', compare: 'national', make: (faker, language) => shape(faker, phones[language].abroad) },
  { kind: 'phone-national', compare: 'national', make: (faker, language) => shape(faker, phones[language].home) },
  { kind: 'postcode', compare: 'text', make: (faker, language) => shape(faker, postcodes[language]) },
  {
    kind: 'address',
    compare: 'street',
    make: (faker, language) => any(faker, streets[language]).replace('#', String(faker.number.int({ min: 1, max: 180 }))),
  },
  { kind: 'birth-local', compare: 'text', make: localBirth },
  { kind: 'birth-instant', compare: 'text', make: (faker) => `${faker.date.birthdate().toISOString().slice(0, 10)}T00:00:00Z` },
  { kind: 'passport', compare: 'compact', make: (faker, language) => shape(faker, passports[language]!) },
  { kind: 'username', compare: 'text', make: (faker) => any(faker, userNames)(faker) },
  {
    kind: 'password',
    compare: 'text',
    make: (faker) =>
      any(faker, [
        faker.internet.password({ length: 12 }),
        `${faker.string.alpha(7)}${faker.string.numeric(4)}!`,
        `${faker.string.alpha(5)}-${faker.string.alpha(6)}-${faker.string.alpha(5)}`,
      ]),
  },
  {
    kind: 'basic-credentials',
    compare: 'text',
    make: (faker) => `${any(faker, userNames)(faker)}:${letters(faker, 14)}`,
  },
  { kind: 'record-id', compare: 'text', make: (faker) => any(faker, recordIds)(faker) },
  { kind: 'device-id', compare: 'text', make: (faker) => any(faker, [imei(faker), hex(faker, 16), faker.string.uuid().toUpperCase()]) },
  { kind: 'imei', compare: 'text', make: imei },
  // ITU-T E.118: 89, country, issuer, number. The card is a person's as the number is.
  { kind: 'sim-id', compare: 'text', make: (faker) => `8934${faker.string.numeric(15)}` },
  // A hash of an e-mail address is found again by whoever has the address: personal data (recital 26).
  { kind: 'hashed-identifier', compare: 'text', make: (faker) => hex(faker, 64) },
  { kind: 'hashed-sha1', compare: 'text', make: (faker) => hex(faker, 40) },
  {
    kind: 'visitor-id',
    compare: 'text',
    make: (faker) =>
      any(faker, [
        `GA1.2.${faker.string.numeric(9)}.17${faker.string.numeric(8)}`,
        `fb.1.17${faker.string.numeric(11)}.${faker.string.numeric(10)}`,
        hex(faker, 32),
      ]),
  },
  { kind: 'secret', compare: 'text', make: (faker) => any(faker, secrets)(faker) },
  { kind: 'api-key', compare: 'text', make: (faker) => any(faker, apiKeys)(faker) },
  // User and password of a URL; the rest of it names a server.
  {
    kind: 'url-credentials',
    compare: 'text',
    make: (faker) => `${any(faker, ['app', 'svc_orders', 'deploy', 'admin'])}:${letters(faker, 14)}`,
  },
  { kind: 'url-credentials-full', compare: 'text', make: (faker) => identifier('url-credentials').make(faker) },
  { kind: 'coordinates', compare: 'text', make: (faker) => pair(faker, any(faker, [',', ', '])) },
  {
    kind: 'uuid',
    compare: 'text',
    make: (faker) => any(faker, [faker.string.uuid(), faker.string.uuid(), faker.string.uuid().toUpperCase()]),
  },
  { kind: 'in-pan', compare: 'text', make: (faker) => shape(faker, ['AB?P?####?', 'CX?P?####?']) },
];
const byKind = new Map(makers.map((maker) => [maker.kind, maker]));

/** Makes a value that must go, by this folder's own maker of the kind or else by the generator's. */
export function heldOutIdentifier(kind: string): Maker {
  return byKind.get(kind) ?? identifier(kind);
}

/** Values of which it is open whether they identify: they are in the requests and nobody judges them. */
const open: Readonly<Record<string, (faker: Faker, language: Language) => string>> = {
  city: (faker, language) => any(faker, cities[language]),
  'order-number': (faker) => shape(faker, ['1####', 'SO-######', '100######', '2026-#####']),
  tracking: (faker) => shape(faker, ['0034043########', '1Z##########', 'RR#########DE']),
  trace: (faker) => `00-${hex(faker, 32)}-${hex(faker, 16)}-01`,
  age: (faker) => String(faker.number.int({ min: 19, max: 84 })),
  // Days of a person's life that no birth is: together with other things they may tell whose.
  'private-day': (faker) => faker.date.past({ years: 6 }).toISOString().slice(0, 10),
  // Of the record of a person; those of public assets stay.
  etag: (faker) => `W/"${hex(faker, 12)}"`,
  // Of the company that sends, no natural person.
  'business-account': (faker) => faker.string.numeric({ length: 12, allowLeadingZeros: false }),
  nonce: (faker) => faker.string.uuid(),
  signature: (faker) => hex(faker, 64),
  commit: (faker) => hex(faker, 40),
  visit: (faker) => faker.date.soon({ days: 90 }).toISOString(),
};
export function openValue(faker: Faker, kind: string, language: Language): string {
  const make = open[kind];
  if (make === undefined) throw new RangeError(`No open kind ${kind}.`);
  return make(faker, language);
}
