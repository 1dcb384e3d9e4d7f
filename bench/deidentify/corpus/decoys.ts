import type { Faker } from '@faker-js/faker';

/** Makes values that identify nobody and must stay as they are, though some look like identifiers. */
export interface DecoyMaker {
  readonly kind: string;
  readonly fields: readonly [tuning: readonly string[], second: readonly string[]];
  /** A number is written as a JSON number. */
  readonly make: (faker: Faker) => string | number;
}

const decoy = (kind: string, tuning: string, second: string, make: DecoyMaker['make']): DecoyMaker => ({
  kind,
  fields: [tuning.split(' '), second.split(' ')],
  make,
});

/** Luhn's sum, for numbers that must fail it. */
function passesLuhn(digits: string): boolean {
  const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
  const places = Array.from(digits)
    .reverse()
    .map((digit, index) => (index % 2 === 0 ? Number(digit) : doubled[Number(digit)]!));
  return places.reduce((sum, place) => sum + place, 0) % 10 === 0;
}

function failingLuhn(faker: Faker): string {
  for (;;) {
    const digits = `4${faker.string.numeric(15)}`;
    if (!passesLuhn(digits)) return digits;
  }
}

/** A German article number: weights 1 and 3 in turn, modulo 10 (GS1 General Specifications). */
function ean13(faker: Faker): string {
  const stem = `40${faker.string.numeric(10)}`;
  const sum = Array.from(stem).reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return stem + String((10 - (sum % 10)) % 10);
}

const upper = (faker: Faker, length: number) => faker.string.alpha({ length, casing: 'upper' });

export const decoys: readonly DecoyMaker[] = [
  decoy('sku', 'sku article', 'item_code partRef', (faker) => `${upper(faker, 3)}-${faker.string.numeric(4)}-${upper(faker, 2)}`),
  decoy('price', 'price total', 'unit_price amountDue', (faker) => Number(faker.commerce.price({ min: 1.01, max: 999 }))),
  decoy('price-text', 'listPrice', 'gross', (faker) => faker.commerce.price({ min: 1.01, max: 999 })),
  decoy('quantity', 'quantity count', 'qty pieces', (faker) => faker.number.int({ min: 1, max: 500 })),
  decoy('order-date', 'orderDate shipBy', 'placed_on dueDate', (faker) => faker.date.recent({ days: 900 }).toISOString().slice(0, 10)),
  decoy('instant', 'createdAt updatedAt', 'placed_at modified', (faker) => faker.date.recent({ days: 900 }).toISOString()),
  decoy(
    'version',
    'version appVersion',
    'client_version build',
    (faker) => `${faker.number.int(9)}.${faker.number.int(30)}.${faker.number.int(99)}`,
  ),
  decoy('product', 'product title', 'item_name label', (faker) => faker.commerce.productName()),
  decoy('department', 'category', 'section', (faker) => faker.commerce.department()),
  decoy('colour', 'colour', 'accent', (faker) => faker.color.rgb()),
  decoy('not-a-card', 'trackingNumber', 'batch_no', failingLuhn),
  decoy('loopback', 'bind host', 'listen upstream', (faker) => faker.helpers.arrayElement(['0.0.0.0', '127.0.0.1', '127.0.0.53'])),
  decoy('currency', 'currency', 'ccy', (faker) => faker.finance.currencyCode()),
  decoy('country', 'countryCode', 'market', (faker) => faker.location.countryCode()),
  decoy('zone', 'timeZone', 'tz', (faker) => faker.location.timeZone()),
  decoy('media-type', 'mimeType', 'format', (faker) => faker.system.mimeType()),
  decoy('file', 'file', 'attachment', (faker) => faker.system.commonFileName()),
  decoy('epoch-seconds', 'timestamp', 'ts', (faker) => Math.floor(faker.date.recent({ days: 400 }).getTime() / 1000)),
  decoy('epoch-milliseconds', 'sentAt', 'at_ms', (faker) => faker.date.recent({ days: 400 }).getTime()),
  decoy('ratio', 'weight score', 'ratio factor', (faker) => faker.number.float({ min: 0.01, max: 99, fractionDigits: 3 })),
  decoy('negative', 'delta', 'adjustment', (faker) => -faker.number.int({ min: 1, max: 9000 })),
  decoy('status', 'status state', 'phase stage', (faker) =>
    faker.helpers.arrayElement(['pending', 'shipped', 'in_transit', 'cancelled', 'awaiting-payment']),
  ),
  decoy('ean', 'ean', 'gtin', ean13),
  decoy(
    'dimension',
    'size',
    'dims',
    (faker) =>
      `${faker.number.int({ min: 10, max: 99 })}x${faker.number.int({ min: 10, max: 99 })}x${faker.number.int({ min: 1, max: 9 })} cm`,
  ),
];

/** Sentences of a business that name nobody. */
export const plainProse: readonly [tuning: readonly string[], second: readonly string[]] = [
  [
    'Please leave the parcel at the back door, the bell does not work.',
    'Second attempt after the paper size was wrong; nothing else changed since version 2.4.',
    'Batch 17 of 40 came back with a scratch on the left panel.',
  ],
  [
    'The cable was too short by two metres, the rest of the delivery is fine.',
    'Ring twice and wait: the lift stops on every floor.',
    'Swap the 500 ml bottles for the 750 ml ones and keep the lid.',
  ],
];

export function decoyMaker(kind: string): DecoyMaker {
  const found = decoys.find((maker) => maker.kind === kind);
  if (found === undefined) throw new RangeError(`No decoy ${kind}.`);
  return found;
}
