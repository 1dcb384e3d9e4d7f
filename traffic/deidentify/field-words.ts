import type { FieldRule } from '../../domain/model/identifier-kinds.ts';
import { remembered } from './remembered.ts';
import { abbreviations, fillers, idHeads, leadingHeads, nameHeads, operators, particles, tails } from './vocabulary/grammar.ts';
import { kindWords } from './vocabulary/kinds.ts';
import { ambiguousPeople, nameModifiers, people, records, recordWords } from './vocabulary/owners.ts';
import { contentHashes, contents, neutral, organisations, things } from './vocabulary/things.ts';

/**
 * What a field's name says: a rule of the manifest's; `person`, whoever the field is about; `someone`, the same where the value looks like a name;
 * `reference`, a record of somebody's where the value has a number; `unknown-name` and `unknown-number`, of what the vocabulary does not know, which the
 * value's form decides; `plain`, nothing of anybody, whatever stands around it.
 */
export type NameRule = FieldRule | 'person' | 'someone' | 'reference' | 'unknown-name' | 'unknown-number' | 'plain';

const kinds: ReadonlyMap<string, FieldRule> = new Map(
  Object.entries(kindWords).flatMap(([rule, words]) => words.split(' ').map((word) => [word, rule as FieldRule] as const)),
);

/** Of these an id is the thing's own number; an id of somebody's address or name counts records. */
const numbered: ReadonlySet<string> = new Set<FieldRule>(['passport', 'national']);

/** The words of `billing_fullName2`: `billing`, `full`, `name`, `2`. */
function wordsIn(name: string): string[] {
  return name
    .replaceAll(/\bn[°º]/giu, 'numero ')
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .normalize('NFC')
    .replaceAll('ß', 'ss')
    .replaceAll(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Whether names are of a sort. */
const judged = (judge: (words: readonly string[]) => boolean) => remembered((name: string) => judge(wordsIn(name.slice(0, 100))));

const isKnown = (word: string) =>
  kinds.has(word) ||
  people.has(word) ||
  records.has(word) ||
  idHeads.has(word) ||
  nameHeads.has(word) ||
  things.has(word) ||
  neutral.has(word);

/** Between the parts of a German compound: `Versicherung-s-nummer`. */
const links = ['', 's', 'n', 'en', 'e', 'es'];

/** Parts of a word without a mark between them (`custid`, `kundennummer`): two or three known words, the first as long as can be. */
function partsOf(word: string, most = 3): string[] | null {
  if (isKnown(word) || recordWords.has(word) || contentHashes.has(word)) return [word];
  if (most === 1 || word.length < 5) return null;
  for (let at = word.length - 2; at >= 3; at -= 1) {
    const first = partAt(word.slice(0, at), word.slice(at));
    const rest = first === null ? null : partsOf(word.slice(at), most - 1);
    if (first !== null && rest !== null) return [first, ...rest];
  }
  return null;
}

/** The first part of a compound, without what links it to the second; null for what begins none. */
function partAt(text: string, rest: string): string | null {
  for (const link of links) {
    const stem = text.endsWith(link) ? text.slice(0, text.length - link.length) : '';
    if (stem.length >= 3 && (people.has(stem) || records.has(stem) || kinds.has(stem))) return stem;
    if (stem.length >= 3 && (nameModifiers.has(stem) || things.has(stem)) && (idHeads.has(rest) || nameHeads.has(rest))) return stem;
  }
  return idHeads.has(rest) || nameHeads.has(rest) ? (abbreviations.get(text) ?? null) : null;
}

/** The one of many: `customers` is `customer`, `addresses` is `address`, `policies` is `policy`. */
function singular(word: string): string {
  if (isKnown(word) || word.length < 4 || !word.endsWith('s')) return word;
  const stem = word.slice(0, -1);
  if (isKnown(stem)) return stem;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.endsWith('es') && isKnown(word.slice(0, -2)) ? word.slice(0, -2) : word;
}

/** A word as the vocabulary has it; short forms count beside others only, since alone they may be short for anything. */
function wholeWords(word: string, isAlone: boolean): readonly string[] {
  const one = singular(word);
  const long = isAlone || isKnown(one) ? undefined : abbreviations.get(one);
  return long === undefined ? (partsOf(one) ?? [one]) : [long];
}

/** Words of the language's order: `numero_de_cliente` becomes `cliente`, `numero`. */
function inOrder(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  const last = rest.at(-1);
  if (last === undefined || !leadingHeads.has(first)) return words;
  const belongs = people.has(last) || records.has(last) || things.has(last) || numbered.has(kinds.get(last) ?? '') || !isKnown(last);
  return belongs && !idHeads.has(last) && !neutral.has(last) && isWord(last) ? [...rest, first] : words;
}

/** Words of people and records in names that are about neither: when somebody last came, what a browser is, how a list is sorted. */
const neutralWholes =
  /\buser agent|^x client name$|^(?:sap client|mandt)$|\b(?:last|previous|next|first) (?:login|logon|order|booking|visit)$|\b(?:sort|display|list|tab|menu|byte|print|render|z) order$/;
const many = /^(?:num|no|nb|number|total)$/;

/**
 * The rule of a field by the words of its name; the last one says what it holds, those before it whose: `visitor_passport_no` is a passport, `guestName`
 * a name, `order_ref` a record, `orderStatus` and `customer_count` nothing of anybody. Null for words that say nothing.
 */
export function ruleByWords(name: string): NameRule | null {
  const all = wordsIn(name.slice(0, 100));
  const compared = all.length > 1 && operators.has(all.at(-1) ?? '') ? byWords(all.slice(0, -1)) : null;
  return compared !== null && compared !== 'plain' ? compared : byWords(all);
}

function byWords(all: readonly string[]): NameRule | null {
  const whole = all.join('');
  if (recordWords.has(whole)) return 'record';
  if (all.length > 1 && kinds.has(whole)) return kinds.get(whole) ?? null;
  const raw = all.filter((word) => !particles.has(word));
  if (raw.length === 0) return null;
  if (neutralWholes.test(raw.join(' '))) return 'plain';
  // `num_customers` counts them.
  if (raw.length === 2 && many.test(raw[0] ?? '') && raw[1] !== singular(raw[1] ?? '')) return 'plain';
  const words = raw.flatMap((word) => wholeWords(word, raw.length === 1));
  const ordered = inOrder(words);
  return byBy(words) ?? byKind(words) ?? byTail(words) ?? (ordered === words ? null : byKind(ordered)) ?? byHead(ordered);
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

/** Behind a kind's words, which of several it is, or whose: `phone_work`, `fecha_nacimiento_titular`. */
function byTail(words: readonly string[]): NameRule | null {
  let end = words.length;
  while (end > 1 && (tails.has(words[end - 1] ?? '') || people.has(words[end - 1] ?? ''))) end -= 1;
  return end === words.length ? null : byKind(words.slice(0, end));
}

/** A number that is named after a record or somebody is no filler. */
const isIdOf = (words: readonly string[]) => {
  const before = words.at(-2) ?? '';
  return idHeads.has(words.at(-1) ?? '') && (people.has(before) || records.has(before)) && !kinds.has(before);
};

/** `product_alias`, `page_token`: the thing's own. */
function isOfThing(rule: FieldRule, words: readonly string[], start: number): boolean {
  const before = words[start - 1];
  // `request_user_login` is the user's.
  if (people.has(words[start] ?? '')) return false;
  return before !== undefined && (rule === 'name' || rule === 'token') && things.has(before) && !people.has(before);
}

function byHead(words: readonly string[]): NameRule | null {
  const head = words.at(-1) ?? '';
  const before = words.at(-2);
  if (recordWords.has(head)) return 'record';
  if (before !== undefined && idHeads.has(head)) return byOwner(words.slice(0, -1), head);
  if (before !== undefined && nameHeads.has(head)) {
    if (people.has(before) || nameModifiers.has(before) || before === 'by' || before === 'to' || before === 'name') return 'name';
    if (things.has(before) || organisations.has(before) || contents.has(before)) return 'plain';
    return isWord(before) ? 'unknown-name' : null;
  }
  if (neutral.has(head) && !(before === undefined && records.has(head))) return 'plain';
  if (people.has(head)) return ambiguousPeople.has(head) ? 'someone' : 'person';
  if (things.has(head)) return before === undefined ? null : 'plain';
  return records.has(head) ? 'reference' : byFirst(words);
}

const isWord = (word: string) => /^\p{L}{3,}$/u.test(word);
/** An id of something unknown is more often the machine's than a number is. */
const machineHeads = new Set('code key uuid guid oid pid sn pk fk tag ids nos'.split(' '));

/** Behind somebody an adjective, in languages that put it there: `agent_traitant`, `tessera_socio_vip`. */
function byFirst(words: readonly string[]): NameRule | null {
  const [first = ''] = words;
  if (words.length !== 2 || isKnown(words[1] ?? '') || fillers.has(words[1] ?? '') || !isWord(words[1] ?? '')) return null;
  return people.has(first) ? 'someone' : records.has(first) ? 'reference' : null;
}

const isOwner = (word: string) =>
  !idHeads.has(word) &&
  (people.has(word) || records.has(word) || recordWords.has(word) || things.has(word) || neutral.has(word) || word === 'by');

/** Whose number it is: of the words before it the last one that says anything. */
function byOwner(words: readonly string[], head: string): NameRule | null {
  const owner = words.findLast(isOwner) ?? words.findLast((word) => !idHeads.has(word)) ?? '';
  if (owner === 'by' && byBy(words) === 'person') return 'record';
  if (people.has(owner) || recordWords.has(owner)) return 'record';
  if (things.has(owner)) return 'plain';
  if (records.has(owner)) return 'record';
  if (neutral.has(owner) || contents.has(owner)) return 'plain';
  return isWord(owner) && !isKnown(owner) && !machineHeads.has(head) ? 'unknown-number' : null;
}

/** Words that say nothing without the name around them: the `id` of a `customer`, the `first` of a `name`. */
const weak = new Set(
  (
    'id ids uuid guid no nr num number nbr ref reference code key identifier value name names nm first last given family full middle title text line ' +
    'date day month year serial locator numero nummer nombre nom nome label naam navn namn kennung codigo codice valeur valor wert val nummero ' +
    'identifiant identificador identification haoma bianhao bango display fn externalid extid internalid legacyid sourceid publicid friendlyid uniqueid shortid recordid refid ' +
    'referenceid refno refnum referencenumber referenceno'
  ).split(' '),
);

/** Whether a name has to be read together with the one around it. */
export function isWeakName(name: string): boolean {
  return weak.has(name.toLowerCase().replaceAll(/[^\p{L}]/gu, '')) || /^\d*$/.test(name);
}

/** Names of two letters within somebody, as interfaces for advertising and registers write them. */
const shortNames: ReadonlyMap<string, FieldRule> = new Map([
  ...['em', 'ml'].map((name) => [name, 'email'] as const),
  ...['ph', 'tl', 'mb'].map((name) => [name, 'phone'] as const),
  ...['fn', 'ln', 'gn', 'sn', 'nm', 'vn', 'nn'].map((name) => [name, 'name'] as const),
  ...['db', 'bd'].map((name) => [name, 'birth'] as const),
  ...['ct', 'zp', 'pc', 'st'].map((name) => [name, 'address'] as const),
]);

/** What a name of two letters holds, when one of those around it is somebody. */
export function ruleOfShort(fields: readonly string[]): FieldRule | null {
  const rule = shortNames.get((fields[0] ?? '').toLowerCase());
  return rule !== undefined && fields.slice(1).some((name) => wordsIn(name).some((word) => people.has(singular(word)))) ? rule : null;
}

/** A word for a name that nothing around it says more of is somebody's. */
export function isBareName(name: string): boolean {
  return /^(?:name|nom|nombre|nome|naam|navn|namn|fn)$/i.test(name);
}

/** An `id` counts what is around it, whatever rule that follows: the number of an address is none of somebody's. */
export function isIdName(name: string): boolean {
  return /^(?:id|ids|uuid|guid|key)$/i.test(name);
}

/** True for a field of what is sold, filed or configured. */
export const isThing = judged((all) => {
  const words = all.map(singular);
  return words.some((word) => things.has(word) || labels.has(word)) && !words.some((word) => people.has(word));
});

const labels = new Set(
  'title label libelle intitule bezeichnung mingcheng descripcion descricao descrizione description denominazione denominacion'.split(' '),
);

/** True for a field of a company or an authority: `employer`, `vendor_name`, `raison_sociale`, the `name` of a `carrier`. */
export const isOrganisation = judged((all) => {
  const words = all.map(singular).filter((word) => !particles.has(word) && !/^\d+$/.test(word));
  while (words.length > 1 && (nameHeads.has(words.at(-1) ?? '') || legal.test(words.at(-1) ?? ''))) words.pop();
  return organisations.has(words.at(-1) ?? '') || (words.length > 1 && organisations.has(words.slice(-2).join('')));
});

const legal = /^(?:legal|as)$/;

/** True for a field of a checksum of content: whoever has the content could make it. One of somebody's address or password is none. */
export const isContentHash = judged((words) => {
  const joined = words.join('');
  const isHash =
    contentHashes.has(joined) ||
    words.some((word) => contentHashes.has(word)) ||
    /(?:sha|md|crc)\d{1,3}$/.test(joined) ||
    endsInHashOfContent(words, joined);
  return isHash && !areOfSomebody(words);
});

/** True for a field of some hash, whatever it is of. */
export const isHashName = judged((words) => {
  return (
    /^(?:hash|hashes|sum|fingerprint|thumbprint|signature|sig|sri|tag|version|rev|v)$/.test(words.at(-1) ?? '') && !areOfSomebody(words)
  );
});

const areOfSomebody = (words: readonly string[]) => words.some((word) => people.has(word) || secretive.has(word) || personal.has(word));

/** What is hashed to find somebody again, whole or cut short: an address, a number, a name, a day of birth, a device. */
const isOfSubject = (word: string) => {
  const long = abbreviations.get(word) ?? word;
  const kind = kinds.get(long);
  return (kind !== undefined && kind !== 'token') || people.has(long) || recordWords.has(word) || shortOfSubject.has(word);
};
const shortOfSubject = new Set('em hem ph pn fn ln ge db ct st zp addr mob mobl phn eml usr cust uid userid maid lead contact'.split(' '));

/** True for a field of a hash of somebody's: `hem`, `phn_sha256`, `dob_md5`; and of one that goes by its short name alone, as interfaces for advertising have it: `em`. */
export const isHashOfSubject = judged((words) => words.some(isOfSubject));
const secretive = new Set(
  'password passwd pwd passwort token session secret auth api access csrf login device cookie state nonce otp'.split(' '),
);
const personal = new Set('email mail phone tel card name iban ssn'.split(' '));

/** True for a field of somebody, or of something secret. */
export const isOfSomebody = judged(areOfSomebody);

/** True for a word of what a file or another piece of content is described with: its size, its type, where it lies. */
export const describesContent = judged((words) => {
  return words.some((word) => contents.has(singular(word)) || contentHashes.has(word) || describing.has(word));
});

const describing = new Set(
  (
    'bytes size mime mimetype filename path ext extension encoding content branch commit revision artifact artefact package layer platform arch lines ' +
    'taille tamano tamanho dimensione groesse grosse datei fichier archivo arquivo wenjian daxiao'
  ).split(' '),
);

function endsInHashOfContent(words: readonly string[], joined: string): boolean {
  if (words.at(-1) === 'hash' || words.at(-1) === 'sha') return words.length > 1 && contents.has(words.at(-2) ?? '');
  return /^(?:content|file|git|commit|blob|tree|build|image)hash$/.test(joined);
}
