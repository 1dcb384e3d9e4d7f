import type { Faker } from '@faker-js/faker';
import { haystackOf, isLeft } from '../../judge.ts';
import { fill } from '../prose.ts';
import { at, least, measure, noneTwice, writeTarget } from '../request.ts';
import { isSlot, makeSlot, type Case, type EncodingName, type Node, type Slot, type Truth } from '../truth.ts';
import { anyEncoding, known, numberSlot, slotOf, type Making } from '../values.ts';
import { writeBody } from '../write.ts';
import { care } from './care.ts';
import { heldOutDecoys } from './decoys.ts';
import { heldOutIdentifier, openValue } from './kinds.ts';
import { machines } from './machines.ts';
import { money } from './money.ts';
import { offices } from './offices.ts';
import type { Language } from './pools.ts';
import { remarks } from './remarks.ts';
import { expand, isMarked, namesIn, type Leaves, type Service } from './service.ts';
import { shops } from './shops.ts';
import { talk } from './talk.ts';
import { travel } from './travel.ts';

const services = Object.entries({ ...shops, ...money, ...travel, ...care, ...offices, ...talk, ...machines });

/** Faker's locales of a language. */
const locales: Readonly<Record<Language, readonly string[]>> = {
  en: ['en_CA', 'en_AU', 'en_IE', 'en_ZA'],
  de: ['de_AT', 'de_CH'],
  fr: ['fr_BE', 'fr_CH'],
  es: ['es_MX'],
  pt: ['pt_PT'],
  it: ['it'],
  zh: ['zh_CN'],
  in: ['en_IN'],
  ja: ['ja'],
};

/**
 * A request of the reported part, of every service in turn; null when it could not be told whether a value of it is gone (see {@link isClear}).
 *
 * @param fakers by the names in {@link locales}
 */
export function makeHeldOutCase(fakers: Readonly<Record<string, Faker>>, index: number): Case | null {
  const [template, service] = services[index % services.length]!;
  const turn = Math.floor(index / services.length);
  const language = service.languages[turn % service.languages.length]!;
  const locale = locales[language][turn % locales[language].length]!;
  const faker = fakers[locale]!;
  const making: Remarking = { faker, language, truths: [], around: [] };
  const wanted = faker.helpers.arrayElement([...service.formats]);
  const draft = wanted === 'text' ? letter(making) : expand(makeLeaves(making, inJson.has(wanted)), service.body, 'body');
  // GraphQL knows no hyphens.
  const format = wanted === 'graphql-literal' && namesIn(draft).some((name) => !/^\w+$/.test(name)) ? 'graphql' : wanted;
  const { body, text, contentType } = padded(making, draft, format);
  const target = targetOf(making, service);
  const headers: readonly (readonly [string, string])[] = [
    ['content-type', contentType],
    ['user-agent', faker.internet.userAgent()],
    ['accept', 'application/json'],
    ...headersOf(making, service),
  ];
  const { truths, around } = making;
  const context = [
    ...around,
    ...namesIn(body),
    ...literals(body),
    ...service.path,
    ...Object.keys(service.query),
    headers[1]![1],
    writtenAround,
  ];
  if (!isClear(truths, context)) return null;
  const incoming = { method: service.method, target, headers: headers as [string, string][], body: Buffer.from(text) };
  return { template, format, locale, incoming, truths, ...measure(body) };
}

/** Of the texts in fields; headers and path stay plain. Of all values, numbers among them, it makes a fifth. */
const encodedShare = 0.36;

/** Formats that have escapes of their own for the encoding `unicode`. */
const inJson: ReadonlySet<string> = new Set(['json', 'ndjson', 'graphql', 'graphql-literal']);

/** Words that the formats put around values. */
const writtenAround = 'mutation place input order request item variables query Content-Disposition form-data name';

interface Remarking extends Making {
  readonly language: Language;
  /** What is in the request and is neither judged nor may hold a value that must go. */
  readonly around: string[];
}

function makeLeaves(making: Remarking, knowsEscapes: boolean): Leaves {
  const { faker, language } = making;
  const encodingOf = (isPlain: boolean): EncodingName => {
    const encoding = isPlain ? 'plain' : anyEncoding(making, encodedShare);
    return encoding === 'unicode' && !knowsEscapes ? 'percent' : encoding;
  };
  return {
    oneOf: (names) => faker.helpers.arrayElement([...names]),
    isThere: () => faker.datatype.boolean(0.6),
    value(leaf, field, isPlain) {
      const rest = leaf.slice(1);
      if (leaf.startsWith('~')) return remark(making, field, encodingOf(isPlain));
      if (leaf.startsWith('&')) return mixed(making, rest, field, encodingOf(isPlain));
      if (leaf.startsWith('#')) return number(making, rest);
      if (leaf.startsWith('=')) return decoy(making, rest, field, encodingOf(isPlain));
      if (leaf.startsWith('%')) return open(making, openValue(faker, rest, language));
      const [kind = '', form] = rest.split('/');
      const { make, compare } = heldOutIdentifier(kind);
      const made = make(faker, language);
      const value = form === 'bare' ? made.replaceAll(/[\s./()-]/g, '') : made;
      const encoding = kind === 'basic-credentials' ? 'base64' : encodingOf(isPlain || value.length < shortest);
      return slotOf(value, field, encoding, [known(making, { kind, must: 'go', value, compare, encoding })]);
    },
  };
}

/** A shorter value, encoded, could be told from nothing. */
const shortest = 5;

function number(making: Remarking, kind: string): Slot {
  const { location, number: numbers } = making.faker;
  if (kind === 'record') return numberSlot(making, 'record-number', String(numbers.int({ min: 10_000_000, max: 9_999_999_999 })), 'text');
  const degrees = kind === 'latitude' ? location.latitude({ precision: 6 }) : location.longitude({ precision: 6 });
  return numberSlot(making, 'coordinate-number', String(degrees), 'text');
}

function decoy(making: Remarking, kind: string, field: string, wanted: EncodingName): Slot {
  const make = heldOutDecoys[kind];
  if (make === undefined) throw new RangeError(`No decoy ${kind}.`);
  const made = make(making.faker);
  const encoding = typeof made === 'number' || made.length < shortest ? 'plain' : wanted;
  const truth = known(making, { kind, must: 'stay', value: String(made), compare: 'text', encoding });
  if (typeof made === 'number') return makeSlot({ truths: [truth], text: String(made), token: String(made) });
  return slotOf(made, field, encoding, [truth]);
}

function open({ around }: Remarking, text: string): Slot {
  around.push(text);
  return makeSlot({ truths: [], text, token: null });
}

function remark(making: Remarking, field: string, encoding: EncodingName): Slot {
  const { faker, language } = making;
  const { plain, telling } = remarks[language];
  if (faker.datatype.boolean()) return mixed(making, faker.helpers.arrayElement([...telling]), field, encoding, '-text');
  const text = faker.helpers.arrayElement([...plain]);
  return slotOf(text, field, encoding, [known(making, { kind: 'prose', must: 'stay', value: text, compare: 'text', encoding })]);
}

/** A text of which the `{kind}`s must go. */
function mixed(making: Remarking, pattern: string, field: string, encoding: EncodingName, suffix = ''): Slot {
  const { faker, language, around } = making;
  around.push(pattern.replaceAll(/\{[\w-]+\}/g, ' '));
  const { text, found } = fill(faker, pattern, (kind) => {
    const { compare, make } = heldOutIdentifier(kind);
    return { compare, make: () => make(faker, language) };
  });
  const truths = found.map(({ kind, ...truth }) => known(making, { ...truth, kind: kind.replace(/-text$/, suffix), encoding }));
  return slotOf(text, field, encoding, truths);
}

/** Plain text has no fields: remarks, a line each. */
function letter(making: Remarking): Node {
  return { lines: Array.from({ length: 12 }, () => ({ line: remark(making, 'line', 'plain') })) };
}

/** With lines that name nobody until the body has enough bytes in its format. */
function padded(making: Remarking, draft: Node, format: string) {
  const details: Node[] = [];
  for (;;) {
    const body = { ...(draft as Readonly<Record<string, Node>>), ...(details.length === 0 ? {} : { details }) };
    const { text, contentType } = writeBody(format, body);
    if (Buffer.byteLength(text) >= least.bytes) return { body, text, contentType };
    details.push(
      format === 'text'
        ? remark(making, 'line', 'plain')
        : expand(makeLeaves(making, inJson.has(format)), { product: '=product' }, 'details'),
    );
  }
}

function targetOf(making: Remarking, { path, query }: Service): string {
  const leaves = makeLeaves(making, false);
  const segments = path.map((segment) => (isMarked(segment) ? leaves.value(segment, 'id', true) : segment));
  return writeTarget({ path: segments, query: expand(leaves, query, 'query') as Readonly<Record<string, Slot>> });
}

function headersOf(making: Remarking, service: Service): readonly (readonly [string, string])[] {
  const slots = (spec: Readonly<Record<string, string>>) =>
    Object.entries(expand(makeLeaves(making, false), spec, 'header', true) as Readonly<Record<string, Slot>>);
  const scheme = service.headers['authorization'] === '!basic-credentials' ? 'Basic' : 'Bearer';
  const headers = slots(service.headers).map(([name, slot]) => {
    const text = at(slot, `header/${name}`);
    return [name, name === 'authorization' ? `${scheme} ${text}` : text] as const;
  });
  const cookies = slots(service.cookies).map(([name, slot]) => `${name}=${encodeURIComponent(at(slot, 'header/cookie'))}`);
  return cookies.length === 0 ? headers : [...headers, ['cookie', cookies.join('; ')]];
}

const literals = (node: Node): readonly string[] =>
  isSlot(node) ? (node.truths.length === 0 ? [node.text] : []) : (Object.values(node) as readonly Node[]).flatMap(literals);

/** False when something that must go stands in what stays: then nobody could say whether it is gone. */
function isClear(truths: readonly Truth[], context: readonly string[]): boolean {
  const staying = truths.filter(({ must }) => must === 'stay').map(({ value }) => value);
  const hay = haystackOf([...context, ...staying].join('\n'));
  return noneTwice(truths) && truths.every((truth) => truth.must === 'stay' || !isLeft(truth, hay));
}
