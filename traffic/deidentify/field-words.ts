import type { FieldRule } from '../../domain/model/identifier-kinds.ts';
import {
  ambiguousPeople,
  contentHashes,
  contents,
  idHeads,
  kindWords,
  leadingHeads,
  nameHeads,
  nameModifiers,
  neutral,
  particles,
  people,
  records,
  recordWords,
  things,
} from './vocabulary.ts';

/**
 * What a field's name says: a rule of the manifest's; `person`, whoever the field is about; `someone`, the same where the value looks like a name;
 * `reference`, a record of somebody's where the value has a number; `plain`, nothing of anybody, whatever stands around it.
 */
export type NameRule = FieldRule | 'person' | 'someone' | 'reference' | 'plain';

/** Words that add nothing to the one before them. */
const fillers = new Set(
  'no nr num number numero nummer nbr hao value values text digits raw input str string masked line nm cd'.split(' '),
);

const kinds: ReadonlyMap<string, FieldRule> = new Map(
  Object.entries(kindWords).flatMap(([rule, words]) => words.split(' ').map((word) => [word, rule as FieldRule] as const)),
);

/** Of these an id is the thing's own number; an id of somebody's address or name counts records. */
const numbered: ReadonlySet<string> = new Set<FieldRule>(['passport', 'national']);

/** The words of `billing_fullName2`: `billing`, `full`, `name`, `2`. */
function wordsIn(name: string): string[] {
  return name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

const isKnown = (word: string) =>
  kinds.has(word) ||
  people.has(word) ||
  records.has(word) ||
  idHeads.has(word) ||
  nameHeads.has(word) ||
  things.has(word) ||
  neutral.has(word);

/** Parts of a word without a mark between them (`custid`, `kundennummer`): two or three known words, the first as long as can be. */
function partsOf(word: string, most = 3): string[] | null {
  if (isKnown(word) || recordWords.has(word) || contentHashes.has(word)) return [word];
  if (most === 1 || word.length < 5) return null;
  for (let at = word.length - 2; at >= 3; at -= 1) {
    const first = word.slice(0, at);
    if (!people.has(first) && !records.has(first) && !kinds.has(first)) continue;
    const rest = partsOf(word.slice(at), most - 1);
    if (rest !== null) return [first, ...rest];
  }
  return null;
}

/** The one of many: `customers` is `customer`, `addresses` is `address`, `policies` is `policy`. */
function singular(word: string): string {
  if (isKnown(word) || word.length < 4 || !word.endsWith('s')) return word;
  const stem = word.slice(0, -1);
  if (isKnown(stem)) return stem;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.endsWith('es') && isKnown(word.slice(0, -2)) ? word.slice(0, -2) : word;
}

/** Words of the language's order: `numero_de_cliente` becomes `cliente`, `numero`. */
function inOrder(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  const last = rest.at(-1);
  if (last === undefined || !leadingHeads.has(first)) return words;
  const belongs = people.has(last) || records.has(last) || numbered.has(kinds.get(last) ?? '');
  return belongs && !idHeads.has(last) && !neutral.has(last) ? [...rest, first] : words;
}

/** Words of people and records in names that are about neither: when somebody last came, what a browser is, how a list is sorted. */
const neutralWholes =
  /\buser agent|\b(?:last|previous|next|first) (?:login|logon|order|booking|visit)$|\b(?:sort|display|list|tab|menu|byte|print|render|z) order$/;
const many = /^(?:num|no|nb|number|total)$/;

/**
 * The rule of a field by the words of its name; the last one says what it holds, those before it whose: `visitor_passport_no` is a passport, `guestName`
 * a name, `order_ref` a record, `orderStatus` and `customer_count` nothing of anybody. Null for words that say nothing.
 */
export function ruleByWords(name: string): NameRule | null {
  const all = wordsIn(name.slice(0, 100));
  const whole = all.join('');
  if (recordWords.has(whole)) return 'record';
  if (all.length > 1 && kinds.has(whole)) return kinds.get(whole) ?? null;
  const raw = all.filter((word) => !particles.has(word));
  if (raw.length === 0) return null;
  if (neutralWholes.test(raw.join(' '))) return 'plain';
  // `num_customers` counts them.
  if (raw.length === 2 && many.test(raw[0] ?? '') && raw[1] !== singular(raw[1] ?? '')) return 'plain';
  const words = inOrder(raw.flatMap((word) => partsOf(singular(word)) ?? [singular(word)]));
  return byBy(words) ?? byKind(words) ?? byHead(words);
}

/** `created_by` is somebody; `sorted_by` is not. */
function byBy(words: readonly string[]): NameRule | null {
  if (words.length < 2 || words.at(-1) !== 'by') return null;
  const verb = words.at(-2) ?? '';
  if (!/(?:ed|t|wn|en|id|ld)$/.test(verb) || /^(?:sort|order|group|filter|limit|divid|multipli|back|power)/.test(verb)) return 'plain';
  return 'person';
}

/** By words that are a kind's own, at the end. */
function byKind(words: readonly string[]): NameRule | null {
  const rest = [...words];
  while (
    rest.length > 1 &&
    (fillers.has(rest.at(-1) ?? '') || /^\d+$/.test(rest.at(-1) ?? '')) &&
    !kinds.has(rest.slice(-2).join('')) &&
    !isIdOf(rest)
  )
    rest.pop();
  const isId = rest.length > 1 && rest.at(-1) === 'id';
  for (const end of isId ? [rest.length, rest.length - 1] : [rest.length]) {
    for (const count of [3, 2, 1]) {
      if (count > end) continue;
      const rule = kinds.get(rest.slice(end - count, end).join(''));
      if (rule !== undefined && (end === rest.length || numbered.has(rule))) return isOfThing(rule, rest, end - count) ? 'plain' : rule;
    }
  }
  return null;
}

/** A number that is named after a record or somebody is no filler. */
const isIdOf = (words: readonly string[]) => {
  const before = words.at(-2) ?? '';
  return idHeads.has(words.at(-1) ?? '') && (people.has(before) || records.has(before)) && !kinds.has(before);
};

/** `product_alias`, `page_token`: the thing's own. */
function isOfThing(rule: FieldRule, words: readonly string[], start: number): boolean {
  const before = words[start - 1];
  return before !== undefined && (rule === 'name' || rule === 'token') && things.has(before) && !people.has(before);
}

function byHead(words: readonly string[]): NameRule | null {
  const head = words.at(-1) ?? '';
  const before = words.at(-2);
  if (recordWords.has(head)) return 'record';
  if (before !== undefined && idHeads.has(head)) return byOwner(words.slice(0, -1));
  if (before !== undefined && nameHeads.has(head)) {
    if (people.has(before) || nameModifiers.has(before) || before === 'by' || before === 'to' || before === 'name') return 'name';
    return things.has(before) || records.has(before) ? 'plain' : null;
  }
  if (neutral.has(head)) return 'plain';
  if (people.has(head)) return ambiguousPeople.has(head) ? 'someone' : 'person';
  if (things.has(head)) return before === undefined ? null : 'plain';
  return records.has(head) ? 'reference' : null;
}

/** Whose number it is: of the words before it the last one that says anything. */
function byOwner(words: readonly string[]): NameRule | null {
  const owner = words.findLast((word) => !idHeads.has(word)) ?? '';
  if (people.has(owner) || recordWords.has(owner)) return 'record';
  if (things.has(owner)) return 'plain';
  if (records.has(owner)) return 'record';
  return neutral.has(owner) ? 'plain' : null;
}

/** Words that say nothing without the name around them: the `id` of a `customer`, the `first` of a `name`. */
const weak = new Set(
  (
    'id ids uuid guid no nr num number nbr ref reference code key identifier value name names nm first last given family full middle title text line ' +
    'date day month year serial locator numero nummer nombre nom nome label'
  ).split(' '),
);

/** Whether a name has to be read together with the one around it. */
export function isWeakName(name: string): boolean {
  return weak.has(name.toLowerCase().replaceAll(/[^\p{L}]/gu, '')) || /^\d*$/.test(name);
}

/** An `id` counts what is around it, whatever rule that follows: the number of an address is none of somebody's. */
export function isIdName(name: string): boolean {
  return /^(?:id|ids|uuid|guid|key)$/i.test(name);
}

/** True for a field of a checksum of content: whoever has the content could make it. One of somebody's address or password is none. */
export function isContentHash(name: string): boolean {
  const words = wordsIn(name.slice(0, 100));
  const joined = words.join('');
  const isHash =
    words.some((word) => contentHashes.has(word)) || /(?:sha|md|crc)\d{1,3}$/.test(joined) || endsInHashOfContent(words, joined);
  return isHash && !words.some((word) => people.has(word) || (kinds.has(word) && word !== 'pass'));
}

function endsInHashOfContent(words: readonly string[], joined: string): boolean {
  if (words.at(-1) === 'hash' || words.at(-1) === 'sha') return words.length > 1 && contents.has(words.at(-2) ?? '');
  return /^(?:content|file|git|commit|blob|tree|build|image)hash$/.test(joined);
}
