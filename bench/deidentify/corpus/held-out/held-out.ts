import type { Faker } from '@faker-js/faker';
import { streetNeedle } from '../../judge.ts';
import { fill } from '../prose.ts';
import { at, least, measure, noneTwice, writeTarget } from '../request.ts';
import { isSlot, makeSlot, type Case, type EncodingName, type Node, type Slot, type Truth } from '../truth.ts';
import { anyEncoding, known, numberSlot, slotOf, type Making } from '../values.ts';
import { writeBody } from '../write.ts';
import { commerce } from './commerce.ts';
import { institutions } from './institutions.ts';
import { heldOutDecoys, heldOutIdentifier } from './kinds.ts';
import { people } from './people.ts';
import { plainSentences, tellingSentences } from './sentences.ts';
import { expand, namesIn, type Leaves, type Service } from './service.ts';

const services = Object.entries({ ...commerce, ...institutions, ...people });
const weights = { json: 11, form: 3, graphql: 2, multipart: 2, xml: 2, 'graphql-literal': 1, csv: 1, ndjson: 1, text: 1 } as const;
const formats = Object.entries(weights).flatMap(([format, weight]) => Array<string>(weight).fill(format));

/** A request of the reported part; null when it could not be told whether a value of it is gone (see {@link isClear}). */
export function makeHeldOutCase(faker: Faker, locale: string): Case | null {
  const [template, service] = faker.helpers.arrayElement(services);
  const wanted = faker.helpers.arrayElement(formats);
  const making: Sentences = { faker, truths: [], around: [] };
  const draft = wanted === 'text' ? letter(making) : expand(makeLeaves(making, true), service.body, 'body');
  // GraphQL knows no hyphens.
  const format = wanted === 'graphql-literal' && namesIn(draft).some((name) => !/^\w+$/.test(name)) ? 'graphql' : wanted;
  const { body, text, contentType } = padded(making, draft, format);
  const target = targetOf(making, service);
  const headers = [
    ['content-type', contentType],
    ['user-agent', faker.internet.userAgent()],
    ['accept', 'application/json'],
    ...headersOf(making, service),
  ] as const;
  const { truths, around } = making;
  const context = [...around, ...namesIn(body), ...literals(body), target.replaceAll(/=[^&]*/g, ' '), headers[1][1], writtenAround];
  if (!isClear(truths, context.join(' '))) return null;
  const incoming = { method: service.method, target, headers: headers as unknown as [string, string][], body: Buffer.from(text) };
  return { template, format, locale, incoming, truths, ...measure(body) };
}

/** Of the texts in fields; headers and path stay plain. Of all values, numbers among them, it makes a fifth. */
const encodedShare = 0.36;

/** Words that the formats put around values. */
const writtenAround = 'mutation place input order request item variables query Content-Disposition form-data name';

interface Sentences extends Making {
  /** The words of sentences that are not identifiers. */
  readonly around: string[];
}

function makeLeaves(making: Sentences, inJson: boolean): Leaves {
  const { faker } = making;
  const encodingOf = (isPlain: boolean): EncodingName => {
    const encoding = isPlain ? 'plain' : anyEncoding(making, encodedShare);
    return encoding === 'unicode' && !inJson ? 'percent' : encoding;
  };
  return {
    oneOf: (names) => faker.helpers.arrayElement([...names]),
    isThere: () => faker.datatype.boolean(0.6),
    value(leaf, field, isPlain) {
      const [kind = '', form] = leaf.slice(1).split('/');
      if (leaf === '~') return sentence(making, field, encodingOf(isPlain));
      if (leaf.startsWith('#')) return coordinate(making, kind);
      if (leaf.startsWith('=')) return decoy(making, kind, field, encodingOf(isPlain));
      const { make, compare } = heldOutIdentifier(kind);
      const value = form === 'bare' ? make(faker).replaceAll(/[\s./-]/g, '') : make(faker);
      const encoding = encodingOf(isPlain);
      return slotOf(value, field, encoding, [known(making, { kind, must: 'go', value, compare, encoding })]);
    },
  };
}

function coordinate(making: Making, kind: string): Slot {
  const { location } = making.faker;
  const value = kind === 'latitude' ? location.latitude({ precision: 6 }) : location.longitude({ precision: 6 });
  return numberSlot(making, 'coordinate-number', String(value), 'text');
}

function decoy(making: Making, kind: string, field: string, wanted: EncodingName): Slot {
  const make = heldOutDecoys[kind];
  if (make === undefined) throw new RangeError(`No decoy ${kind}.`);
  const made = make(making.faker);
  const encoding = typeof made === 'number' || made.length < 5 ? 'plain' : wanted;
  const truth = known(making, { kind, must: 'stay', value: String(made), compare: 'text', encoding });
  if (typeof made === 'number') return makeSlot({ truths: [truth], text: String(made), token: String(made) });
  return slotOf(made, field, encoding, [truth]);
}

function sentence(making: Sentences, field: string, encoding: EncodingName): Slot {
  const { faker, around } = making;
  if (faker.datatype.boolean()) {
    const text = faker.helpers.arrayElement([...plainSentences]);
    return slotOf(text, field, encoding, [known(making, { kind: 'prose', must: 'stay', value: text, compare: 'text', encoding })]);
  }
  const chosen = faker.helpers.arrayElement([...tellingSentences]);
  around.push(chosen.replaceAll(/\{[\w-]+\}/g, ' '));
  const { text, found } = fill(faker, chosen, heldOutIdentifier);
  return slotOf(
    text,
    field,
    encoding,
    found.map((truth) => known(making, { ...truth, encoding })),
  );
}

/** Plain text has no fields: sentences, a line each. */
function letter(making: Sentences): Node {
  return { lines: Array.from({ length: 12 }, () => ({ line: sentence(making, 'line', 'plain') })) };
}

/** With lines that name nobody until the body has enough bytes in its format. */
function padded(making: Sentences, draft: Node, format: string) {
  const leaves = makeLeaves(making, true);
  const details: Node[] = [];
  for (;;) {
    const body = { ...(draft as Readonly<Record<string, Node>>), ...(details.length === 0 ? {} : { details }) };
    const { text, contentType } = writeBody(format, body);
    if (Buffer.byteLength(text) >= least.bytes) return { body, text, contentType };
    details.push(expand(leaves, { product: '=product', quantity: '=quantity' }, 'details'));
  }
}

function targetOf(making: Sentences, { path, query }: Service): string {
  const leaves = makeLeaves(making, false);
  const segments = path.map((segment) => (segment.startsWith('!') ? leaves.value(segment, 'id', true) : segment));
  return writeTarget({ path: segments, query: expand(leaves, query, 'query') as Readonly<Record<string, Slot>> });
}

function headersOf(making: Sentences, service: Service): readonly (readonly [string, string])[] {
  const slots = (spec: Readonly<Record<string, string>>) =>
    Object.entries(expand(makeLeaves(making, false), spec, 'header', true) as Readonly<Record<string, Slot>>);
  const headers = slots(service.headers).map(([name, slot]) => {
    const text = at(slot, `header/${name}`);
    return [name, name === 'authorization' ? `Bearer ${text}` : text] as const;
  });
  const cookies = slots(service.cookies).map(([name, slot]) => `${name}=${encodeURIComponent(at(slot, 'header/cookie'))}`);
  return cookies.length === 0 ? headers : [...headers, ['cookie', cookies.join('; ')]];
}

const literals = (node: Node): readonly string[] =>
  isSlot(node) ? (node.truths.length === 0 ? [node.text] : []) : (Object.values(node) as readonly Node[]).flatMap(literals);

/** False when a word of a name or a street stands elsewhere as a word that must stay: then nobody could say whether it is gone. */
function isClear(truths: readonly Truth[], context: string): boolean {
  const staying = truths.filter(({ must }) => must === 'stay').map(({ value }) => value);
  const words = new Set([context, ...staying].join(' ').toLowerCase().split(wordBreak));
  const isFree = (word: string) => word.length < 4 || !words.has(word);
  return noneTwice(truths) && truths.filter(({ must }) => must === 'go').every((truth) => wordsOf(truth).every(isFree));
}

const wordBreak = /[^\p{L}\p{M}\p{N}]+/u;
function wordsOf({ compare, value }: Truth): readonly string[] {
  const text = value.normalize('NFC').toLowerCase();
  if (compare === 'words') return text.split(wordBreak);
  return compare === 'street' ? [streetNeedle(text) ?? ''] : [];
}
