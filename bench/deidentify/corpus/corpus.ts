import * as fakers from '@faker-js/faker';
import type { Faker } from '@faker-js/faker';
import { templates } from './templates.ts';
import { makeHeldOutCase } from './held-out/held-out.ts';
import { makeThirdCase } from './third/third.ts';
import { at, least, measure, noneTwice, writeTarget } from './request.ts';
import type { Case, Node } from './truth.ts';
import { makeValues, type TuningPart, type Values } from './values.ts';
import { writeBody, writeJson } from './write.ts';

/**
 * The tuning parts are looked at while the pipeline is changed; `tuning-second` was reported once, and its names were chosen by the hand that wrote
 * the rules. `reported` is written without sight of them (`held-out/`). The parts share no seed, no template and few locales.
 */
export type Part = TuningPart | 'tuning-third' | 'reported';
const halves: Readonly<Record<Part, { readonly seed: number; readonly fakers: Readonly<Record<string, Faker>> }>> = {
  tuning: {
    seed: 1701,
    fakers: { en_US: fakers.fakerEN_US, de: fakers.fakerDE, fr: fakers.fakerFR, es: fakers.fakerES, ru: fakers.fakerRU },
  },
  'tuning-second': {
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
  'tuning-third': {
    seed: 6011,
    fakers: {
      da: fakers.fakerDA,
      nb_NO: fakers.fakerNB_NO,
      nl_BE: fakers.fakerNL_BE,
      ro: fakers.fakerRO,
      sv: fakers.fakerSV,
      cs_CZ: fakers.fakerCS_CZ,
      tr: fakers.fakerTR,
    },
  },
  reported: {
    seed: 31_415,
    fakers: {
      en_CA: fakers.fakerEN_CA,
      en_AU: fakers.fakerEN_AU,
      en_IE: fakers.fakerEN_IE,
      en_ZA: fakers.fakerEN_ZA,
      de_AT: fakers.fakerDE_AT,
      de_CH: fakers.fakerDE_CH,
      fr_BE: fakers.fakerFR_BE,
      fr_CH: fakers.fakerFR_CH,
      es_MX: fakers.fakerES_MX,
      pt_PT: fakers.fakerPT_PT,
      it: fakers.fakerIT,
      zh_CN: fakers.fakerZH_CN,
      en_IN: fakers.fakerEN_IN,
      ja: fakers.fakerJA,
    },
  },
};

/** Nine in ten bodies are JSON. */
const bodyFormats = [...Array<string>(16).fill('json'), 'graphql', 'graphql', 'form', 'xml'];
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
    const faker = half.fakers[locale]!;
    const made = part === 'reported' ? makeHeldOutCase(half.fakers, index) : makeNamedCase(part, faker, locale);
    if (made !== null) cases.push(made);
  }
  return cases;
}

function makeNamedCase(part: Exclude<Part, 'reported'>, faker: Faker, locale: string): Case | null {
  return part === 'tuning-third' ? makeThirdCase(faker, locale) : makeTuningCase(part, faker, locale);
}

function makeTuningCase(part: TuningPart, faker: Faker, locale: string): Case | null {
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
  const made: Case = {
    template,
    format,
    locale,
    incoming: { method: draft.method, target: writeTarget(draft), headers: headers as [string, string][], body: Buffer.from(text) },
    truths: values.truths,
    ...measure(body),
  };
  return isClear(made) ? made : null;
}

/** With lines that name nobody until the body has enough bytes in every format. */
function padded(body: Node, values: Values): Node {
  const lines: Node[] = [];
  const whole = () => ({ ...(body as Readonly<Record<string, Node>>), lines });
  while (Buffer.byteLength(writeJson(whole())) < least.bytes) lines.push({ ...values.stay('product'), ...values.stay('quantity') });
  return whole();
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
