/*
 * Written without sight of the rules. Whoever tunes rules must not read this folder. If it has been read, say so in docs/benches.md and have a new
 * one written by somebody who has not seen the rules.
 */
import type { Faker } from '@faker-js/faker';

const digits = (faker: Faker, count: number) => faker.string.numeric({ length: count, allowLeadingZeros: true });
const shape = (faker: Faker, shapes: readonly string[]) => faker.helpers.replaceSymbols(faker.helpers.arrayElement([...shapes]));
const pick =
  (...values: readonly string[]) =>
  (faker: Faker) =>
    faker.helpers.arrayElement([...values]);
const when = (faker: Faker) => faker.date.recent({ days: 500 });
const hex = (faker: Faker, length: number) => faker.string.hexadecimal({ length, casing: 'lower', prefix: '' });

/** GS1's check digit: weights 1 and 3 in turn. */
function ean(faker: Faker): string {
  const stem = `87${digits(faker, 10)}`;
  const sum = Array.from(stem).reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return stem + String((10 - (sum % 10)) % 10);
}

/** Values that name nobody and must stay. A number is written as a JSON number. Companies are no natural persons (recital 14). */
export const heldOutDecoys: Readonly<Record<string, (faker: Faker) => string | number>> = {
  // Goods and prices.
  sku: (faker) => shape(faker, ['TSH-###-?', '##-####-##', 'ART.####', '??##-BLK-#', '#####.###']),
  ean,
  product: (faker) =>
    faker.helpers.arrayElement([
      faker.commerce.productName(),
      faker.helpers.arrayElement([
        'Windsor chair',
        'Chelsea boots 42',
        'Victoria sponge tin',
        'Billy bookcase 80x28',
        'Florence table lamp',
        'Oxford shirt',
      ]),
    ]),
  brand: pick(
    'Hugo Boss',
    'Calvin Klein',
    'Tommy Hilfiger',
    'Jack Wolfskin',
    'Dr. Oetker',
    'Paul Smith',
    'Mercedes-Benz',
    'Ben Sherman',
    'Marco Polo',
  ),
  department: pick('Footwear', 'Haushalt', 'Électroménager', 'Deportes', 'Brinquedos', 'Casa e giardino', '数码家电', 'Kids'),
  price: (faker) => Number(faker.commerce.price({ min: 1.05, max: 3000 })),
  'price-text': (faker) => faker.commerce.price({ min: 1.05, max: 3000 }),
  cents: (faker) => faker.number.int({ min: 100, max: 90_000 }),
  quantity: (faker) => faker.number.int({ min: 1, max: 60 }),
  page: (faker) => faker.number.int({ min: 1, max: 40 }),
  currency: pick('EUR', 'CAD', 'BRL', 'INR', 'CNY', 'JPY', 'CHF', 'AUD'),
  country: pick('CA', 'AT', 'FR', 'MX', 'PT', 'IT', 'CN', 'IN', 'JP', 'DEU', 'GBR'),
  coupon: pick('SUMMER10', 'WELCOME-15', 'BLACKFRIDAY', 'FREESHIP'),
  tax: pick('19.0', '20.00', '7', '22'),
  weight: pick('1.25 kg', '0,8 kg', '340 g', '12 lbs'),
  dimension: (faker) => shape(faker, ['##x##x## cm', '### × ## mm', '#.# m']),
  colour: pick('navy blue', '#1a2b3c', 'rgb(20, 40, 60)', 'anthracite', 'bordeaux', 'himmelblau', 'rojo', 'Space Grey'),
  size: pick('XL', '42', '10.5 UK', 'one-size', '32/34'),
  // Time.
  instant: (faker) => faker.helpers.arrayElement([when(faker).toISOString(), `${when(faker).toISOString().slice(0, 19)}+02:00`]),
  day: (faker) => when(faker).toISOString().slice(0, 10),
  'day-local': (faker) => when(faker).toISOString().slice(0, 10).split('-').toReversed().join('.'),
  epoch: (faker) => Math.floor(when(faker).getTime() / 1000),
  'epoch-ms': (faker) => when(faker).getTime(),
  zone: pick(
    'Europe/Vienna',
    'America/Toronto',
    'Asia/Kolkata',
    'Asia/Shanghai',
    'Europe/Lisbon',
    'UTC',
    'America/Mexico_City',
    'Asia/Tokyo',
  ),
  duration: pick('PT45M', 'P14D', '90s', '1500ms', '3 months', 'P1Y', '00:30:00', 'weekly'),
  cron: pick('0 4 * * *', '*/10 * * * *', '15 2 * * 0'),
  millis: (faker) => faker.number.int({ min: 2, max: 60_000 }),
  slot: pick('09:00-12:00', '14:00–16:00', 'AM', '18-20h'),
  // Words of an interface.
  locale: pick('de-AT', 'en-CA', 'fr-BE', 'pt-BR', 'es-MX', 'it-IT', 'zh-CN', 'hi-IN', 'ja-JP', 'en_AU'),
  status: pick('open', 'PAID', 'in_progress', 'partially_fulfilled', 'ON_HOLD', 'awaiting-approval', 'ACTIVE', 'confirmed', 'rejected'),
  event: pick('Product Viewed', 'checkout_completed', 'video.paused', 'login_failed', 'pushed', 'Signed Up', 'order:updated'),
  channel: pick('web', 'ios_app', 'POS', 'call-center', 'storefront', 'wechat_mini', 'partner_api'),
  tier: pick('gold', 'Platinum', 'basic', 'PRO', 'economy', 'standard', 'enterprise'),
  role: pick('admin', 'member', 'read_only', 'maintainer', 'Teacher', 'guest'),
  relation: pick('spouse', 'father', 'mother', 'Kind', 'conjoint', 'tutor'),
  salutation: pick('Mr', 'Ms', 'Frau', 'Herr', 'Mme', 'M.', 'Sr.', 'Dott.'),
  reason: pick('DAMAGED', 'wrong_size', 'no-longer-needed', 'duplicate', 'Wasserschaden', 'fraud_suspected', 'changement_de_domicile'),
  flag: pick('new_checkout_v2', 'dark-mode', 'exp_2026_q1_b', 'enable_search_ai'),
  bool: pick('true', 'false', 'yes', 'N'),
  'address-type': pick('home', 'work', 'billing', 'SHIPPING', 'mobile'),
  campaign: pick('spring_sale_2026', 'newsletter-kw14', 'brand_search_de', 'retargeting_30d'),
  unit: pick('kWh', 'mmHg', 'mg/dL', 'mmol/l', '°C', 'm3'),
  ratio: (faker) => faker.number.float({ min: 0.1, max: 98, fractionDigits: 2 }),
  percent: (faker) => faker.number.int({ min: 1, max: 100 }),
  negative: (faker) => -faker.number.float({ min: 1, max: 120, fractionDigits: 1 }),
  score: (faker) => faker.number.int({ min: 100, max: 99_000 }),
  pixel: pick('1920x1080', '390x844', '2560x1440', '1280×720'),
  // Companies and institutions, some of them called after people.
  company: pick(
    'Deutsche Lufthansa AG',
    'Thomas Cook',
    'Marks & Spencer',
    'JPMorgan Chase',
    'Harley-Davidson',
    'Tata Consultancy Services',
    'Grupo Bimbo',
    'Banca Intesa',
  ),
  bic: pick('COBADEFFXXX', 'BNPAFRPPXXX', 'BCITITMM', 'CAIXESBBXXX', 'DEUTDEFF'),
  'card-scheme': pick('visa', 'MASTERCARD', 'amex', 'elo', 'rupay', 'unionpay'),
  'payment-method': pick('card', 'sepa_debit', 'rechnung', 'bizum', 'pix', 'upi', 'alipay', 'konbini'),
  airport: pick('VIE', 'YYZ', 'LIS', 'MEX', 'DEL', 'PVG', 'NRT', 'FCO'),
  flight: (faker) => shape(faker, ['OS###', 'AC8##', 'TP1##', 'AI###', 'AZ6##']),
  fare: (faker) => shape(faker, ['Y1??', 'FLEX#', 'KLX##RT', 'BASIC']),
  room: pick('Doppelzimmer', 'DLX-KING', 'habitación doble', 'Suite Verdi', 'Room 12', 'Saal Mozart'),
  service: pick('EXPRESS', 'V01PAK', 'next_day', 'UberComfort', 'chronopost-13h', 'colis_prive', 'same-day'),
  warehouse: pick('FRA-2', 'YYZ4', 'hub-lyon', 'DEPOT17', 'eu-west-3'),
  icd: pick('E11.9', 'J45.0', 'S82.1', 'I10', 'M54.5'),
  loinc: pick('718-7', '2345-7', '4548-4', '8867-4'),
  drug: pick('Amoxicillin 500 mg', 'Metformina 850', 'Paracetamol', 'Ramipril 5 mg', 'L-Thyroxin 75'),
  course: pick('MATH-101', 'Biologie LK', 'Physics II', '3º A', 'Intro to Goethe', 'Année 2'),
  hsn: pick('6109.10', '8471.30', '0402 21'),
  merchant: pick('5411', '5812', '4111', '7995'),
  // Software.
  version: pick('2.14.0', 'v1.8.3', '2025-07-01', '10.0.26100', '5.3.0-beta.2', '17.5.1', '2026.04'),
  device: pick('iPhone16,2', 'Pixel 8 Pro', 'SM-A546B', 'Redmi Note 13', 'MacBookAir10,1', 'ThinkPad T14'),
  os: pick('iOS', 'Android 15', 'Windows NT 10.0', 'HarmonyOS', 'macOS'),
  browser: pick('Chrome', 'Mobile Safari', 'Firefox 139', 'Edge'),
  digest: (faker) => `sha256:${hex(faker, 64)}`,
  md5: (faker) => hex(faker, 32),
  integrity: (faker) => `sha384-${Buffer.from(hex(faker, 96), 'hex').toString('base64')}`,
  etag: (faker) => `W/"${hex(faker, 12)}"`,
  file: pick('invoice_template.pdf', 'banner-home.webp', 'logo@2x.png', 'export.csv', 'bundle.min.js'),
  'media-type': pick('application/pdf', 'image/webp', 'text/markdown', 'video/mp4'),
  'public-url': pick(
    'https://schema.org/Product',
    'https://www.example.com/pricing?plan=pro',
    'http://hl7.org/fhir/StructureDefinition/patient-nationality',
    'https://cdn.example.net/assets/app.4f2a.js',
    'https://docs.example.org/api/v2/errors',
  ),
  loopback: pick('127.0.0.1', '0.0.0.0'),
  image: pick('registry.example.com/shop/api:1.42.0', 'postgres:17-alpine', 'node:24-slim'),
  branch: pick('main', 'release/2026.2', 'feature/search-filters', 'hotfix-412'),
  logger: pick('com.example.billing.InvoiceService', 'app.http', 'django.request'),
  level: pick('error', 'WARN', 'info'),
  query: pick(
    'running shoes women',
    'günstige wanderschuhe',
    'wireless earbuds',
    'vestido rojo',
    'cadeira de escritorio',
    'scarpe da trekking',
    '蓝牙耳机',
  ),
  'http-status': (faker) => faker.helpers.arrayElement([200, 201, 404, 422, 503]),
};
