import { follows } from './detect/detector.ts';
import { isTelling } from './detect/telling.ts';
import { detect, detectorsVersion } from './detect/detect.ts';
import { leavesOf, findingsOf, type Finding, type Leaf, type Span } from './document.ts';
import { replaceElsewhere, type Known } from './elsewhere.ts';
import { orderedMatch } from './detect/ordered.ts';
import type { FieldDecision, FieldRules } from './fields.ts';
import { makeLook } from './formats/inside.ts';
import { parseRequest } from './formats/request.ts';
import { normalise, shapeOf, type IdentifierKind } from './identifiers.ts';
import { followsPathRule, isRecordId, isReference, postcodes } from './path-rules.ts';
import { isGtin } from './checks/digits.ts';
import { isOrganisation, isThing, isWeakName, type NameRule } from './field-words.ts';
import { isHashOfContent } from './content-hash.ts';
import { fits, isFullName, isKnownName, isLongNumber, isWhollyName } from './fits.ts';
import { makeStage, type Count, type Envelope, type Stage, type StageBooks } from './stage.ts';

/**
 * Stage 1: takes the request apart and finds its direct identifiers, by the field's name and by the value's form, and in a
 * second look every other place where a value found by its field's name stands too. Found values leave the text here.
 * @param maximumBodyBytes of a body after decompression
 */
export function makeSanitiseStage(rules: FieldRules, maximumBodyBytes: number, books?: StageBooks): Stage {
  return makeStage(
    'sanitise',
    `sanitise-7/${detectorsVersion}`,
    (envelope, count) => {
      const document = parseRequest(envelope.incoming, makeLook(rules, count, maximumBodyBytes));
      sanitiseLeaves(leavesOf(document), rules, envelope, count);
      envelope.document = document;
    },
    books,
  );
}

/** Finds the identifiers of the leaves, in place. */
export function sanitiseLeaves(leaves: readonly Leaf[], rules: FieldRules, envelope: Envelope, count: Count): void {
  const named = new Map<string, Known>();
  const raws = new Map<string, Finding>();
  for (const [index, leaf] of leaves.entries()) {
    sanitiseLeaf(leaf, rules, envelope, () => isHashOfContent(leaves, index));
    for (const finding of findingsOf(leaf)) {
      count(finding.kind);
      const value = finding.raw?.toLowerCase() ?? '';
      raws.set(value, finding);
      if (!leaf.isName && finding.kind !== 'mask' && finding.kind !== 'drop' && isTelling(finding, value))
        named.set(value, { finding, isSuspect: false });
    }
  }
  for (const [value, kind] of suspectsOf(envelope, raws))
    named.set(value.toLowerCase(), { finding: makeFinding(kind, value, rules), isSuspect: true });
  if (named.size > 0)
    for (const leaf of leaves) replaceElsewhere(leaf, named, { kept: envelope.kept, phoneRegion: rules.phoneRegion, count });
}

/** A word of an address is a name of three letters; a house number is too short to be told from a quantity. */
const leastSuspect = 3;
/** A segment of a path that was taken for a part of a secret is one itself, or a word of the route. */
const leastSecret = 16;

/** What the second look saw, in the parts that have pseudonyms of their own; the longest first, so that none is cut by a part of it. */
function suspectsOf({ suspects }: Envelope, raws: ReadonlyMap<string, Finding>): readonly (readonly [string, IdentifierKind])[] {
  const all = [...suspects].flatMap(([value, suspected]) => {
    const kind = suspected === 'raw-value' ? (raws.get(value.toLowerCase())?.kind ?? (/\d/.test(value) ? 'token' : 'name')) : suspected;
    return partsOfSuspect(value, kind);
  });
  return all.filter(([value]) => value.length >= leastSuspect).sort(([a], [b]) => b.length - a.length);
}

/** What of a suspect has a pseudonym of its own: the words of a name or an address, the numbers of a pair of coordinates, else all of it. */
export function partsOfSuspect(value: string, kind: IdentifierKind): readonly (readonly [string, IdentifierKind])[] {
  const parts = partsOf({ kind, start: 0, end: value.length }, value).map(
    (part) => [value.slice(part.start, part.end), part.kind] as const,
  );
  // In a query "+" may be a blank.
  if (kind === 'phone' && value.startsWith('+')) parts.push([value.slice(1), kind]);
  if (kind === 'token') parts.push(...value.split('/').flatMap((part) => (part.length >= leastSecret ? [[part, kind] as const] : [])));
  return parts;
}

function sanitiseLeaf(leaf: Leaf, rules: FieldRules, envelope: Envelope, isHash: () => boolean): void {
  const text = leaf.spans[0];
  if (typeof text !== 'string' || text === '') return;
  const decision = leaf.isName ? null : decide(leaf, text, rules);
  if (decision?.rule === 'keep') {
    if (text.length >= 5) envelope.kept.add(text);
    return;
  }
  if (decision?.explicit !== true && rules.isOrdered(leaf.fields)) {
    const match = orderedMatch(text);
    if (match !== null) return setSpans(leaf, text, [match], rules);
  }
  if (decision?.explicit !== true && rules.own === null && isHash()) return;
  const found = decision?.explicit === true ? [] : detectIn(leaf, text, rules);
  if (decision === null || decision.rule === 'plain') return setSpans(leaf, text, found, rules);
  const whole = found.find((match) => match.start === 0 && match.end === text.length);
  setSpans(leaf, text, whole === undefined ? fieldSpans(decision, text, found) : [whole], rules);
}

type Place = Found;

/** `productName`, or the `title` of a `product`; the `hint` of a `request` is not said of what is sold. */
const areOfThing = ([name = '', around = '']: readonly string[]) => isThing(name) || (isThing(around) && isWeakName(name));

/** Of these it is what somebody says. */
const isTalk = /^(?:text|body|message|msg|comment|note|notes|remark|memo|subject|summary)$/i;

/** A name of what is sold, in a field of such: a shirt called Anna Rose is nobody. A sentence may name somebody anywhere. */
function isOfThing({ fields }: Leaf, text: string): boolean {
  return !isTalk.test(fields[0] ?? '') && text.length <= 60 && !/[.!?;]/.test(text) && text.split(' ').length <= 7 && areOfThing(fields);
}

/** The name of a company in a field of such. Two names and nothing else may be a tradesman's. */
function isOfOrganisation({ fields }: Leaf, text: string): boolean {
  return text.length <= 80 && text.split(' ').length <= 8 && fields.slice(0, 2).some(isOrganisation) && !isWhollyName(text);
}

/** What finds a name by a dictionary of names alone, which has names of things too; the others go by what stands beside it. */
const byDictionary: ReadonlySet<string> = new Set(['person-pair', 'person-inverted', 'person-pinyin', 'person-cyrillic']);

/** Of plain digits with the check digit of goods, in a field of such, none is that of a person's number; nor of a card, which the check digits of both happen to fit. */
const ofNumbers: ReadonlySet<IdentifierKind> = new Set(['phone', 'national', 'card']);

/** Before a number of goods in a sentence. */
const articleWords =
  /(?<!\p{L})(?:ean|gtin|upc|jan|isbn|barcode|bar code|strichcode|code[- ]?barres?|código de barras|codice a barre|streepjescode|artikel|article|artículo|articolo|scan(?:ned)?)(?:[- ]?1[34])?(?: (?:no|nr|number|code)\.?)?[:=# ]{1,3}$/iu;

/** The manifest's own detectors first; what they took, Hone's do not see. Words of a path are a route's: nobody's name by dictionary. */
function detectIn(leaf: Leaf, text: string, rules: FieldRules): Place[] {
  const own = rules.own?.(text, leaf.fields) ?? [];
  const seen = detect(text);
  const ofThing = seen.some(({ kind }) => kind === 'name') && (isOfThing(leaf, text) || isOfOrganisation(leaf, text));
  const isNumberOfGoods = seen.some(({ kind }) => ofNumbers.has(kind)) && isGtin(text) && leaf.fields.slice(0, 2).some(isThing);
  const isArticle = ({ kind, start, end }: Place) =>
    ofNumbers.has(kind) && isGtin(text.slice(start, end)) && follows(articleWords, text, start);
  const all = seen.filter(
    (match) => !(ofThing && byDictionary.has(match.by)) && !(isNumberOfGoods && ofNumbers.has(match.kind)) && !isArticle(match),
  );
  if (own.length === 0) return all.flatMap((match) => partsOf(match, text));
  const free = all.filter((match) => own.every((other) => match.end <= other.start || match.start >= other.end));
  return [...own, ...free.flatMap((match) => partsOf(match, text))].sort((a, b) => a.start - b.start);
}

/** What a field's rule says of its text; a phone or an address within the text of a `person` is what it is. */
function fieldSpans({ rule, name }: FieldDecision, text: string, found: readonly Place[]): Place[] {
  if (rule === 'keep' || rule === 'plain' || isUndecided(rule)) return [...found];
  if (rule === 'person' || rule === 'name') return wordsBeside(text, 'name', found);
  if (rule === 'address' && !postcodes.has(name)) return wordsBeside(text, 'address', found);
  if (rule === 'coordinate') return numbers(text);
  if (rule === 'mask' || rule === 'drop' || rule === 'token') return [{ kind: rule, start: 0, end: text.length }];
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  return start < end ? [{ kind: rule, start, end }] : [];
}

type Undecided = Extract<NameRule, 'reference' | 'someone' | 'unknown-name' | 'unknown-number'>;
const isUndecided = (rule: NameRule): rule is Undecided => /^(?:reference|someone|unknown-.*)$/.test(rule);

/** Words that are not part of something found in the text already, and the findings. */
function wordsBeside(text: string, kind: 'name' | 'address', found: readonly Place[]): Place[] {
  const strong = found.filter((match) => match.kind !== 'name' && match.kind !== 'address' && match.kind !== 'record');
  const free = ownWords(text, kind).filter((word) => strong.every((match) => word.end <= match.start || word.start >= match.end));
  return [...strong, ...free].sort((a, b) => a.start - b.start);
}

/** Names and addresses are pseudonyms word by word, so that a search by surname finds what a search by full name finds; pairs of coordinates number by number. */
function partsOf(match: Found, text: string): Place[] {
  if (match.kind !== 'name' && match.kind !== 'address' && match.kind !== 'coordinate') return [match];
  const value = text.slice(match.start, match.end);
  const inner = match.kind === 'coordinate' ? numbers(value) : ownWords(value, match.kind);
  return inner.map(({ kind, start, end }) => ({ kind, start: start + match.start, end: end + match.start }));
}

/** What a street is called by in general stays: the code may look for it. */
const streetWord =
  /^(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|boulevard|blvd|way|place|pl|square|sq|terrace|close|crescent|parkway|pkwy|highway|hwy|apt|suite|ste|unit|flat|rue|chemin|allée|impasse|quai|route|calle|avenida|plaza|paseo|via|viale|piazza|corso|rua|travessa|box|postfach|p|o|de|du|des|la|le|les|del|di|da|do|dos|das|van|von|der|den)$/i;

const particle = /^(?:du|des|les|del|dos|das|van|von|der|den)$/i;

function numbers(text: string): Place[] {
  return Array.from(text.matchAll(/[+-]?\d+(?:\.\d+)?/g), ({ 0: number, index }) => ({
    kind: 'coordinate' as const,
    start: index,
    end: index + number.length,
  }));
}

/** The rule that the leaf follows: a path segment may be a word of the route, and who is meant by an id is known by nobody else. */
function decide(leaf: Leaf, text: string, rules: FieldRules): FieldDecision | null {
  const decision = rules(leaf.fields);
  if (decision === null || decision.explicit) return decision;
  if (leaf.place === 'path' || leaf.place === 'link')
    return followsPathRule(text, leaf.fields, decision) ? asRecord(decision, text, rules) : null;
  if (!fits(decision, text) || isCompanysName(decision, leaf, text)) return null;
  if (decision.rule === 'someone' && isFullName(text)) return { ...decision, rule: 'name' };
  if (decision.rule === 'unknown-name') return isKnownName(text) ? { ...decision, rule: 'name' } : around(leaf, rules);
  if (decision.rule === 'unknown-number' && text.length === 13 && isGtin(text)) return null;
  if (decision.rule === 'unknown-number') return isLongNumber(text) ? { ...decision, rule: 'record' } : around(leaf, rules);
  if ((decision.rule === 'reference' || decision.rule === 'someone') && !isReference(text)) return around(leaf, rules);
  return asRecord(decision, text, rules);
}

/** `company: { legalName }`: what is the company's own; its `contactName` is somebody's. */
function isCompanysName({ rule }: FieldDecision, { fields: [name = '', around = ''] }: Leaf, text: string): boolean {
  return rule === 'name' && ownName.test(name) && isOrganisation(around) && !isWhollyName(text);
}
const ownName = /^(?:(?:legal|trade|trading|display|registered|official|short|full)[_-]?)?(?:name|nom|nombre|nome|naam|navn)$/i;

/** What the names around a field say, when its own says nothing of the value. */
const around = ({ fields }: Leaf, rules: FieldRules) => rules(fields.slice(1).filter((name) => name !== fields[0]));

/** Somebody's number is a record's, and so is a reference. What the manifest says of `customer_id` holds for the number of a `customer` and below `/customers/`; when that is `keep`, the detectors still look. */
function asRecord(decision: FieldDecision, text: string, rules: FieldRules): FieldDecision | null {
  const isRecord = decision.rule === 'reference' || decision.rule === 'someone' || (decision.rule === 'person' && isRecordId(text));
  if (!isRecord) return decision;
  const said = rules([`${decision.name.replace(/ies$/, 'y').replace(/s$/, '')}id`]);
  if (said?.explicit === true) return said.rule === 'keep' ? null : said;
  return { ...decision, rule: 'record' };
}

function ownWords(text: string, kind: 'name' | 'address'): Place[] {
  const all = words(text, kind);
  if (kind === 'name') return all;
  const own = all.filter((word) => !streetWord.test(text.slice(word.start, word.end)));
  const isNamed = own.some((word) => /\p{L}{2}/u.test(text.slice(word.start, word.end)));
  // A street may be called "Von".
  return isNamed ? own : all.filter((word) => own.includes(word) || particle.test(text.slice(word.start, word.end)));
}

function words(text: string, kind: 'name' | 'address'): Place[] {
  return [...text.matchAll(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu)].map((found) => ({
    kind,
    start: found.index,
    end: found.index + found[0].length,
  }));
}

type Found = { readonly kind: IdentifierKind; readonly start: number; readonly end: number; readonly ordered?: 'date' | 'number' };

function setSpans(leaf: Leaf, text: string, matches: readonly Found[], rules: FieldRules): void {
  if (matches.length === 0) return;
  const spans: Span[] = [];
  let at = 0;
  for (const { kind, start, end, ordered } of matches) {
    if (start > at) spans.push(text.slice(at, start));
    spans.push(makeFinding(kind, text.slice(start, end), rules, ordered));
    at = end;
  }
  if (at < text.length) spans.push(text.slice(at));
  leaf.spans = spans;
  leaf.touched = true;
}

function makeFinding(kind: IdentifierKind, value: string, { phoneRegion }: FieldRules, ordered?: 'date' | 'number'): Finding {
  if (ordered !== undefined)
    return { kind, length: value.length, raw: value, digest: null, domainDigest: null, shape: { form: 'ordered', raw: ordered } };
  return {
    kind,
    length: value.length,
    raw: normalise(kind, value),
    digest: null,
    domainDigest: null,
    shape: shapeOf(kind, value, phoneRegion),
  };
}
