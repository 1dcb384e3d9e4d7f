import type { Faker } from '@faker-js/faker';
import * as national from '../national.ts';
import { identifier } from '../identifiers.ts';
import type { Compare } from '../truth.ts';

/** A kind of value of this part; a number is written as a JSON number. */
export interface ThirdKind {
  readonly must: 'go' | 'stay';
  readonly compare: Compare;
  readonly make: (faker: Faker) => string | number;
}

const go = (make: ThirdKind['make'], compare: Compare = 'text'): ThirdKind => ({ must: 'go', compare, make });
const stay = (make: ThirdKind['make']): ThirdKind => ({ must: 'stay', compare: 'text', make });
const of = (name: string, compare: Compare): ThirdKind => go((faker) => identifier(name).make(faker), compare);

const digits = (faker: Faker, length: number) => String(faker.number.int({ min: 1, max: 9 })) + faker.string.numeric(length - 1);
const capitals = (faker: Faker, length: number) => faker.string.fromCharacters('ABCDEFGHJKLMNPQRSTUVWXYZ', length);
const hex = (faker: Faker, length: number) => faker.string.fromCharacters('0123456789abcdef', length);

/** A word of a name that is long enough to be looked for. */
function word(make: () => string): string {
  for (;;) {
    const name = make()
      .split(' ')
      .find((one) => /^[\p{L}\p{M}'’-]{4,}$/u.test(one));
    if (name !== undefined) return name;
  }
}
const first = (faker: Faker) => word(() => faker.person.firstName());
const last = (faker: Faker) => word(() => faker.person.lastName());

const surnames =
  'Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Song Tang Deng Feng Cao Peng Zeng Xiao Tian Dong'.split(
    ' ',
  );
const given =
  'Wei Xiaoming Yuxuan Zihan Jianguo Xiuying Haoran Meiling Guoqiang Xinyi Zhiyuan Lihua Jingyi Chunhua Dongmei Shaohua Yifan Ruoxi Wenjie'.split(
    ' ',
  );
const hanSurnames = '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗';
const hanGiven = ['伟', '秀英', '建国', '小明', '雨轩', '子涵', '浩然', '美玲', '国强', '欣怡', '志远', '丽华'];
const pick = <T>(faker: Faker, from: readonly T[]) => faker.helpers.arrayElement(from);

function born(faker: Faker): readonly [year: string, month: string, day: string] {
  const [year = '', month = '', day = ''] = faker.date.birthdate().toISOString().slice(0, 10).split('-');
  return [year, month, day];
}

/** Numbers of records as systems write them. */
const recordForms: readonly ((faker: Faker) => string)[] = [
  (faker) => digits(faker, faker.number.int({ min: 6, max: 11 })),
  (faker) => `${capitals(faker, 2)}${digits(faker, 7)}`,
  (faker) => `${capitals(faker, 3)}-20${digits(faker, 2)}-${digits(faker, 6)}`,
  (faker) => `${capitals(faker, 1)}-${digits(faker, 6)}`,
  (faker) => `${digits(faker, 4)}/${digits(faker, 5)}`,
  (faker) => `${capitals(faker, 2)}${digits(faker, 2)}${capitals(faker, 2)}${digits(faker, 3)}`,
];

/** Every kind by its name in the templates: what must go, then what must stay. */
export const thirdKinds: Readonly<Record<string, ThirdKind>> = {
  first: go(first, 'words'),
  last: go(last, 'words'),
  full: go((faker) => `${first(faker)} ${last(faker)}`, 'words'),
  inverted: go((faker) => `${last(faker)}, ${first(faker)}`, 'words'),
  pinyin: go((faker) => `${pick(faker, surnames)} ${pick(faker, given)}`, 'text'),
  han: go((faker) => pick(faker, Array.from(hanSurnames)) + pick(faker, hanGiven)),
  user: go((faker) => `${faker.string.alpha({ length: 8, casing: 'lower' })}${digits(faker, 2)}`),
  mail: go((faker) => faker.internet.email().toLowerCase()),
  tel: go((faker) => pick(faker, ['030 ', '089/', '0151 ', '01 42 ', '06 12 ', '020 7946 ', '91 555 ']) + digits(faker, 6), 'compact'),
  intl: of('phone', 'national'),
  birth: go((faker) => born(faker).join('-')),
  'birth-local': go((faker) => {
    const [year, month, day] = born(faker);
    return pick(faker, [
      `${day}.${month}.${year}`,
      `${month}/${day}/${year}`,
      `${day}/${month}/${year}`,
      `${day}-${month}-${year}`,
      year + month + day,
    ]);
  }),
  'birth-number': go((faker) => Number(born(faker).join(''))),
  passport: of('passport', 'compact'),
  record: go((faker) => pick(faker, recordForms)(faker)),
  'record-number': go((faker) => Number(digits(faker, 8))),
  'record-short': go((faker) => digits(faker, 5)),
  locator: go((faker) => `${capitals(faker, 3)}${digits(faker, 1)}${capitals(faker, 2)}`),
  prefixed: go((faker) => `${pick(faker, ['cus', 'ord', 'usr', 'acct'])}_${faker.string.alphanumeric(14)}`),
  uuid: go((faker) => faker.string.uuid()),
  postcode: go((faker) =>
    pick(faker, [
      digits(faker, 5),
      `${capitals(faker, 2)}${digits(faker, 1)} ${digits(faker, 1)}${capitals(faker, 2)}`,
      `${digits(faker, 4)} ${capitals(faker, 2)}`,
    ]),
  ),
  street: go((faker) => faker.location.streetAddress(), 'street'),
  town: go((faker) => word(() => faker.location.city())),
  password: go((faker) => `${faker.string.alpha(5)}!${digits(faker, 3)}#${faker.string.alpha(4)}`),
  code6: go((faker) => digits(faker, 6)),
  token: of('secret', 'text'),
  iban: of('iban', 'compact'),
  account: go((faker) => digits(faker, 10)),
  card: of('card', 'compact'),
  ip: of('ipv4', 'text'),
  mac: of('mac', 'compact'),
  lat: go((faker) => faker.location.latitude({ precision: 5 })),
  lon: go((faker) => faker.location.longitude({ precision: 5 })),
  ssn: go(national.usSsn, 'compact'),
  nino: go(national.ukNino, 'compact'),
  nhs: go(national.ukNhs, 'compact'),
  'de-tax': go(national.deTaxId, 'compact'),
  nir: go(national.frNir, 'compact'),
  dni: go(national.esDni, 'compact'),
  cf: go(national.itCodiceFiscale, 'compact'),
  cpf: go(national.brCpf, 'compact'),
  sfz: go(national.cnResidentId, 'compact'),
  aadhaar: go(national.inAadhaar, 'compact'),

  sku: stay((faker) => `${capitals(faker, 3)}-${digits(faker, 4)}-${capitals(faker, 2)}`),
  code: stay((faker) =>
    pick(faker, [`${capitals(faker, 2)}-${digits(faker, 4)}`, `${capitals(faker, 3)}${digits(faker, 2)}`, digits(faker, 4)]),
  ),
  catalogue: stay((faker) => digits(faker, 7)),
  price: stay((faker) => Number(faker.commerce.price({ min: 1.01, max: 999 }))),
  count: stay((faker) => faker.number.int({ min: 1, max: 500 })),
  date: stay((faker) => faker.date.recent({ days: 600 }).toISOString().slice(0, 10)),
  'date-local': stay((faker) => faker.date.recent({ days: 600 }).toISOString().slice(0, 10).split('-').reverse().join('.')),
  instant: stay((faker) => faker.date.recent({ days: 600 }).toISOString()),
  seconds: stay((faker) => Math.floor(faker.date.recent({ days: 400 }).getTime() / 1000)),
  word: stay((faker) => pick(faker, ['standard', 'express', 'pending', 'retail', 'online', 'monthly', 'approved', 'in_progress'])),
  upper: stay((faker) => pick(faker, ['ACTIVE', 'SALES', 'EUR', 'CREATED', 'HOME', 'DEFAULT'])),
  version: stay((faker) => `${faker.number.int(9)}.${faker.number.int(30)}.${faker.number.int(99)}`),
  product: stay((faker) => faker.commerce.productName()),
  sha256: stay((faker) => hex(faker, 64)),
  sha1: stay((faker) => hex(faker, 40)),
  md5: stay((faker) => hex(faker, 32)),
  etag: stay((faker) => `"${hex(faker, 32)}"`),
  weak: stay((faker) => `W/"${hex(faker, 16)}"`),
  sri: stay((faker) => `sha256-${Buffer.from(hex(faker, 64), 'hex').toString('base64')}`),
  rev: stay((faker) => `${faker.number.int({ min: 1, max: 9 })}-${hex(faker, 32)}`),
  zone: stay((faker) => faker.location.timeZone()),
  country: stay((faker) => faker.location.countryCode()),
  currency: stay((faker) => faker.finance.currencyCode()),
  colour: stay((faker) => faker.color.rgb()),
  mime: stay((faker) => faker.system.mimeType()),
  file: stay((faker) => `${pick(faker, ['report', 'manual', 'banner', 'export'])}-${digits(faker, 3)}.pdf`),
  flight: stay((faker) => `${capitals(faker, 2)}${digits(faker, 3)}`),
  ean: stay((faker) => identifierFreeEan(faker)),
  ratio: stay((faker) => faker.number.float({ min: 0.01, max: 99, fractionDigits: 2 })),
};

function identifierFreeEan(faker: Faker): string {
  const stem = `40${faker.string.numeric(10)}`;
  const sum = Array.from(stem).reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return stem + String((10 - (sum % 10)) % 10);
}
