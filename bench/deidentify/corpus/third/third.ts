import type { Faker } from '@faker-js/faker';
import { fill } from '../prose.ts';
import { at, least, measure, noneTwice } from '../request.ts';
import { makeSlot, type Case, type Node, type Slot, type Truth } from '../truth.ts';
import { anyEncoding, known, slotOf, type Making } from '../values.ts';
import { writeBody, writeJson } from '../write.ts';
import { commerce } from './commerce.ts';
import { institutions } from './institutions.ts';
import { thirdKinds } from './kinds.ts';
import { platforms } from './platforms.ts';
import type { Service, Tree } from './service.ts';

const services: Readonly<Record<string, Service>> = { ...platforms, ...commerce, ...institutions };
const formats = [
  ...Array<string>(9).fill('json'),
  'form',
  'form',
  'xml',
  'xml',
  'csv',
  'multipart',
  'graphql',
  'graphql-literal',
  'ndjson',
];

/** A request of this part; null when nobody could say of it what is gone. */
export function makeThirdCase(faker: Faker, locale: string): Case | null {
  const making: Making = { faker, truths: [] };
  const [template, service] = faker.helpers.arrayElement(Object.entries(services));
  const body = padded(nodeOf(making, service.body, ''), making);
  const format = service.format ?? faker.helpers.arrayElement(formats);
  const target = targetOf(making, service);
  const headers = Object.entries(service.headers ?? {}).map(
    ([name, kind]) => [name, at(slot(making, kind, name, true), `header/${name}`)] as [string, string],
  );
  const { text, contentType } = writeBody(format, body);
  const made: Case = {
    template,
    format,
    locale,
    incoming: { method: service.method, target, headers: [['content-type', contentType], ...headers], body: Buffer.from(text) },
    truths: making.truths,
    ...measure(body),
  };
  return isClear(made) ? made : null;
}

function padded(body: Node, making: Making): Node {
  const lines: Node[] = [];
  const whole = () => ({ ...(body as Readonly<Record<string, Node>>), lines });
  while (Buffer.byteLength(writeJson(whole())) < least.bytes)
    lines.push({ article: slot(making, 'sku', 'article'), pieces: slot(making, 'count', 'pieces') });
  return whole();
}

function nodeOf(making: Making, tree: Tree, field: string): Node {
  if (typeof tree === 'string') return slot(making, tree, field);
  if (Array.isArray(tree)) return (tree as readonly Tree[]).map((one) => nodeOf(making, one, field));
  return Object.fromEntries(Object.entries(tree).map(([name, child]) => [name, nodeOf(making, child, name)]));
}

function slot(making: Making, kind: string, field: string, isPlain = false): Slot {
  const { faker } = making;
  if (kind.startsWith('=')) return makeSlot({ truths: [], text: kind.slice(1), token: null });
  if (kind.startsWith('~')) return sentence(making, kind.slice(1));
  const { must, compare, make } = kindOf(kind);
  const value = make(faker);
  if (typeof value === 'number')
    return makeSlot({
      truths: [known(making, { kind, must, value: String(value), compare, encoding: 'plain' })],
      text: String(value),
      token: String(value),
    });
  const encoding = isPlain || value.length < 5 ? 'plain' : anyEncoding(making, 0.22);
  return slotOf(value, field, encoding, [known(making, { kind, must, value, compare, encoding })]);
}

function sentence(making: Making, text: string): Slot {
  const { text: written, found } = fill(making.faker, text, (kind) => {
    const { compare, make } = kindOf(kind);
    return { compare, make: (faker) => String(make(faker)) };
  });
  const isDecoy = found.length === 0;
  const truths: readonly Truth[] = isDecoy
    ? [known(making, { kind: 'prose', must: 'stay', value: written, compare: 'text', encoding: 'plain' })]
    : found.map((truth) => known(making, { ...truth, encoding: 'plain' }));
  return slotOf(written, 'note', 'plain', truths);
}

function kindOf(name: string) {
  const found = thirdKinds[name];
  if (found === undefined) throw new RangeError(`No kind ${name}.`);
  return found;
}

function targetOf(making: Making, { path, query }: Service): string {
  const segments = path.split('/').map((segment, index) => {
    const kind = /^\{(.+)\}$/.exec(segment)?.[1];
    return kind === undefined ? segment : encodeURIComponent(at(slot(making, kind, segment, true), `path/${index}`));
  });
  const pairs = Object.entries(query).map(
    ([name, kind]) => `${name}=${encodeURIComponent(at(slot(making, kind, name, true), `query/${name}`))}`,
  );
  return `${segments.join('/')}?${pairs.join('&')}`;
}

/** False when a value that must go stands where something must stay, too. */
function isClear({ incoming, truths }: Case): boolean {
  if (truths.some(({ place }) => place === '')) return false;
  const hay = [
    incoming.target,
    Buffer.from(incoming.body)
      .toString()
      .replaceAll(/:"[^"]*"|>[^<]*</g, ' '),
  ]
    .join(' ')
    .toLowerCase();
  const words = new Set(hay.split(/[^\p{L}\p{N}]+/u));
  const staying = new Set(
    truths.filter(({ must }) => must === 'stay').flatMap(({ value }) => value.toLowerCase().split(/[^\p{L}\p{N}]+/u)),
  );
  const isFree = (word: string) => word.length < 4 || (!words.has(word) && !staying.has(word));
  const going = truths.filter(({ must, compare }) => must === 'go' && (compare === 'words' || compare === 'street'));
  return (
    noneTwice(truths) &&
    going.every(({ value }) =>
      value
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .every(isFree),
    )
  );
}
