import type { Faker } from '@faker-js/faker';
import { decoyMaker, decoys, plainProse } from './decoys.ts';
import { encodeValue, unicodeEscape } from './encode.ts';
import { identifier, identifiers } from './identifiers.ts';
import { prose } from './prose.ts';
import { encodings, makeSlot, type Compare, type EncodingName, type Slot, type Truth } from './truth.ts';

/** The parts of the corpus that are looked at while the pipeline is changed. */
export type TuningPart = 'tuning' | 'tuning-second';

/** What the templates are written with: fields with values, and the truth about each. */
export interface Values {
  readonly faker: Faker;
  /** `{ email: … }`: a field of the kind's own name and a value that must go. */
  go(kind: string): Readonly<Record<string, Slot>>;
  /** The same as a JSON number. */
  goNumber(kind: string): Readonly<Record<string, Slot>>;
  /** Several values of kinds that show themselves by their form, each in a field whose name says nothing. */
  anyGo(count: number): Readonly<Record<string, Slot>>;
  /** A field that must stay. */
  stay(kind: string): Readonly<Record<string, Slot>>;
  anyStay(count: number): Readonly<Record<string, Slot>>;
  /** A sentence, every second one with identifiers in it. */
  note(): Slot;
  /** A pair of numbers. */
  coordinates(): Readonly<Record<string, Slot>>;
  /** One value, for places outside the body; the encoding is of those that fit there. */
  value(kind: string, field: string, must: Truth['must']): Slot;
  /** Everything that has been made. */
  readonly truths: readonly Truth[];
}

/** Of the texts long enough to be told from something else; of all values, numbers among them, it makes a fifth. */
const encodedShare = 0.3;

export function makeValues(faker: Faker, part: TuningPart): Values {
  const making: TuningMaking = { faker, half: part === 'tuning' ? 0 : 1, truths: [] };
  const one = (kind: string, must: Truth['must']) => {
    const field = fieldOf(making, kind, must);
    return { [field]: makeValue(making, kind, field, must) };
  };
  return {
    faker,
    truths: making.truths,
    value: (kind, field, must) => makeValue(making, kind, field, must),
    go: (kind) => one(kind, 'go'),
    stay: (kind) => one(kind, 'stay'),
    anyGo: (count) => valuesByForm(making, count),
    anyStay: (count) => Object.assign({}, ...faker.helpers.arrayElements(decoys, count).map(({ kind }) => one(kind, 'stay'))) as Fields,
    goNumber(kind) {
      const digits = identifier(kind).make(faker).replaceAll(/\D/g, '').replace(/^0+/, '');
      return { [fieldOf(making, kind, 'go')]: numberSlot(making, `${kind}-number`, digits, 'compact') };
    },
    coordinates() {
      const [north, east] = making.half === 0 ? (['lat', 'lon'] as const) : (['latitude', 'longitude'] as const);
      return {
        [north]: numberSlot(making, 'coordinate-number', String(faker.location.latitude({ precision: 6 })), 'text'),
        [east]: numberSlot(making, 'coordinate-number', String(faker.location.longitude({ precision: 6 })), 'text'),
      };
    },
    note: () => makeNote(making, part),
  };
}

type Fields = Readonly<Record<string, Slot>>;

/** Who makes values, and what has been made. */
export interface Making {
  readonly faker: Faker;
  readonly truths: Truth[];
}
interface TuningMaking extends Making {
  readonly half: 0 | 1;
}

/** Notes a truth, whose place is not known yet. */
export function known(making: Making, truth: Omit<Truth, 'place'>): Truth {
  const noted = { ...truth, place: '' };
  making.truths.push(noted);
  return noted;
}

/** Plain, or with a chance of `share` one of the others. */
export function anyEncoding({ faker }: Making, share = encodedShare): EncodingName {
  return faker.number.float() < share ? faker.helpers.arrayElement(encodings.slice(1)) : 'plain';
}

function fieldOf({ faker, half }: TuningMaking, kind: string, must: Truth['must']): string {
  return faker.helpers.arrayElement((must === 'go' ? identifier(kind) : decoyMaker(kind)).fields[half]);
}

/** A slot of a text in an encoding; the truths are what is known of it. */
export function slotOf(text: string, field: string, encoding: EncodingName, truths: readonly Truth[]): Slot {
  if (encoding === 'unicode') return makeSlot({ truths, text, token: `"${unicodeEscape(text)}"` });
  return makeSlot({ truths, text: encodeValue(encoding, text, field), token: null });
}

/** A slot of a JSON number that must go. */
export function numberSlot(making: Making, kind: string, digits: string, compare: Compare): Slot {
  return makeSlot({
    truths: [known(making, { kind, must: 'go', value: digits, compare, encoding: 'plain' })],
    text: digits,
    token: digits,
  });
}

function makeValue(making: Making, kind: string, field: string, must: Truth['must']): Slot {
  const made = must === 'go' ? identifier(kind).make(making.faker) : decoyMaker(kind).make(making.faker);
  // A value of few letters, encoded, could be told from nothing: such values stay as they are.
  const encoding = typeof made === 'number' || made.length < 5 ? 'plain' : anyEncoding(making);
  const compare = must === 'go' ? identifier(kind).compare : 'text';
  const truth = known(making, { kind, must, value: String(made), compare, encoding });
  if (typeof made === 'number') return makeSlot({ truths: [truth], text: String(made), token: String(made) });
  return slotOf(made, field, encoding, [truth]);
}

/** Kinds that show themselves by their form, in fields whose names say nothing. */
function valuesByForm(making: TuningMaking, count: number): Fields {
  const names = making.half === 0 ? ['data', 'input', 'key', 'arg'] : ['payload', 'content', 'entry', 'attr'];
  const byForm = making.faker.helpers.arrayElements(
    identifiers.filter((maker) => maker.byForm),
    count,
  );
  const fields = byForm.map(({ kind }, index) => {
    const field = `${names[index % names.length]}${index + 1}`;
    return [field, makeValue(making, kind, field, 'go')] as const;
  });
  return Object.fromEntries(fields);
}

function makeNote(making: TuningMaking, part: TuningPart): Slot {
  const { faker, half } = making;
  const encoding = anyEncoding(making);
  if (faker.datatype.boolean()) {
    const text = faker.helpers.arrayElement(plainProse[half]);
    return slotOf(text, 'note', encoding, [known(making, { kind: 'prose', must: 'stay', value: text, compare: 'text', encoding })]);
  }
  const { text, found } = prose(faker, part);
  const truths = found.map((truth) => known(making, { ...truth, encoding }));
  return slotOf(text, 'note', encoding, truths);
}
