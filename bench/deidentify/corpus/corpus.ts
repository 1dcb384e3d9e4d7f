import * as fakers from '@faker-js/faker';
import type { Faker } from '@faker-js/faker';
import { templates, type Draft } from './templates.ts';
import { isSlot, type Case, type Node, type Slot, type Truth } from './truth.ts';
import { makeValues, type Part, type Values } from './values.ts';
import { writeBody, writeJson } from './write.ts';

/** The halves share no seed, no template, no locale, and few names of fields. */
const halves: Readonly<Record<Part, { readonly seed: number; readonly fakers: Readonly<Record<string, Faker>> }>> = {
  tuning: {
    seed: 1701,
    fakers: { en_US: fakers.fakerEN_US, de: fakers.fakerDE, fr: fakers.fakerFR, es: fakers.fakerES, ru: fakers.fakerRU },
  },
  reported: {
    seed: 4211,
    fakers: {
      en_GB: fakers.fakerEN_GB,
      it: fakers.fakerIT,
      pt_BR: fakers.fakerPT_BR,
      nl: fakers.fakerNL,
      pl: fakers.fakerPL,
      en_IN: fakers.fakerEN_IN,
      el: fakers.fakerEL,
    },
  },
};

/** Nine in ten bodies are JSON. */
const bodyFormats = [...Array<string>(16).fill('json'), 'graphql', 'graphql', 'form', 'xml'];
/** What the issue asks of every request. */
export const least = { bytes: 600, fields: 12, depth: 3 } as const;

/** The same requests for the same part and count, on every machine. */
export function makeCorpus(part: Part, count: number): readonly Case[] {
  const half = halves[part];
  const cases: Case[] = [];
  const names = Object.keys(half.fakers);
  for (const [place, faker] of Object.values(half.fakers).entries()) {
    faker.seed(half.seed + place);
    faker.setDefaultRefDate('2026-01-01T00:00:00Z');
  }
  for (let index = 0; cases.length < count; index += 1) {
    const locale = names[index % names.length]!;
    const made = makeCase(part, half.fakers[locale]!, locale);
    if (isClear(made)) cases.push(made);
  }
  return cases;
}

function makeCase(part: Part, faker: Faker, locale: string): Case {
  const values = makeValues(faker, part);
  const [template, make] = faker.helpers.arrayElement(Object.entries(templates[part]));
  const draft = make(values);
  const body = padded(draft.body, values);
  const format = faker.helpers.arrayElement(bodyFormats);
  const { text, contentType } = writeBody(format, body);
  const headers = [
    ['content-type', contentType],
    ['user-agent', faker.internet.userAgent()],
    ['accept', 'application/json'],
    ...identifyingHeaders(values),
  ];
  return {
    template,
    format,
    locale,
    incoming: { method: draft.method, target: writeTarget(draft), headers: headers as [string, string][], body: Buffer.from(text) },
    truths: values.truths,
    ...measure(body),
  };
}

/** With lines that name nobody until the body has enough bytes in every format. */
function padded(body: Node, values: Values): Node {
  const lines: Node[] = [];
  const whole = () => ({ ...(body as Readonly<Record<string, Node>>), lines });
  while (Buffer.byteLength(writeJson(whole())) < least.bytes) lines.push({ ...values.stay('product'), ...values.stay('quantity') });
  return whole();
}

function writeTarget({ path, query }: Draft): string {
  const segments = path.map((segment, index) =>
    typeof segment === 'string' ? segment : encodeURIComponent(at(segment, `path/${index + 1}`)),
  );
  const pairs = Object.entries(query).map(([name, slot]) => `${name}=${encodeURIComponent(at(slot, `query/${name}`))}`);
  return `/${segments.join('/')}?${pairs.join('&')}`;
}

function at(slot: Slot, place: string): string {
  for (const truth of slot.truths) truth.place = place;
  return slot.text;
}

/** A third of the requests say who sent them. */
function identifyingHeaders(values: Values): (readonly [string, string])[] {
  if (values.faker.number.int(2) > 0) return [];
  const header = (name: string, kind: string, write = (text: string) => text) =>
    [name, write(at(values.value(kind, name, 'go'), `header/${name}`))] as const;
  return [
    header('authorization', 'jwt', (text) => `Bearer ${text}`),
    header('cookie', 'secret', (text) => `theme=dark; sid=${encodeURIComponent(text)}`),
    header('x-forwarded-for', 'ipv4'),
  ];
}

/**
 * False when something that must go stands elsewhere too, as a word that must stay: then nobody could say whether it is gone. Templates with two
 * fields of one name, of which JSON keeps the last, are left out by it as well.
 */
function isClear({ incoming, truths }: Case): boolean {
  if (truths.some((truth) => truth.place === '')) return false;
  const staying = truths.filter(({ must }) => must === 'stay').map(({ value }) => value);
  const words = [
    ...staying,
    incoming.target.replaceAll(/[^a-z]/gi, ' '),
    Buffer.from(incoming.body)
      .toString()
      .replaceAll(/:"[^"]*"/g, ' '),
  ]
    .join(' ')
    .toLowerCase();
  const isFree = (word: string) => word.length < 4 || !words.split(/[^\p{L}\p{N}]+/u).includes(word);
  const going = truths.filter(({ must, compare }) => must === 'go' && (compare === 'words' || compare === 'street'));
  return (
    going.every(({ value }) =>
      value
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .every(isFree),
    ) && noneTwice(truths)
  );
}

/** A decoy inside of a value that must go, or the other way round. */
function noneTwice(truths: readonly Truth[]): boolean {
  const staying = truths.filter(({ must }) => must === 'stay').map(({ value }) => value.toLowerCase());
  return truths.every(({ must, value }) => must === 'stay' || staying.every((text) => !text.includes(value.toLowerCase())));
}

/** Leaves and nesting of a draft's body, for the check that the corpus is what was asked for. */
function measure(node: Node): { readonly fields: number; readonly depth: number } {
  if (isSlot(node)) return { fields: 1, depth: 0 };
  const parts = (Object.values(node) as readonly Node[]).map(measure);
  return { fields: parts.reduce((sum, part) => sum + part.fields, 0), depth: 1 + Math.max(0, ...parts.map((part) => part.depth)) };
}
