import type { RawFilter } from '../raw-filter.ts';
import type { KeyedHash } from '../keyed-hash.ts';
import { indexHash } from '../tokenise.ts';
import type { SeenValues } from './seen-values.ts';

const digitRun = /\d(?:[ ()./-]{0,2}\d){6,18}/g;
const leastDigits = 7;
/** A number of so many digits may stand in a longer one, where another digit came to stand beside it. */
const gluedDigits = { least: 12, most: 19 } as const;
const longRun = new RegExp(`\\d{${gluedDigits.least + 1},}`, 'g');
const minimumLength = 4;
/** A word has at least so many characters, its parts {@link minimumLength}. */
const minimumWord = 3;

/** What a character is to a word that a raw value may be, or be a part of. */
const part = { unknown: 0, none: 1, begins: 2, digit: 3, goesOn: 4, separates: 5 } as const;
const parts = new Uint8Array(0x10000);
for (const character of '.@_+=~-') parts[character.charCodeAt(0)] = part.separates;
for (const character of '0123456789') parts[character.charCodeAt(0)] = part.digit;

/** Of a code point beyond ASCII; those of Unicode's basic plane are looked up once. */
function partOfWide(code: number): number {
  const character = String.fromCodePoint(code);
  const own = /[\p{L}\p{N}]/u.test(character) ? part.begins : /[\p{M}'’]/u.test(character) ? part.goesOn : part.none;
  if (code < 0x10000) parts[code] = own;
  return own;
}

for (let code = 0; code < 128; code += 1) if (parts[code] === part.unknown) partOfWide(code);

/** Of the character at a place; a character of two units is one. */
function partAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const known = parts[code] ?? part.unknown;
  if (known !== part.unknown && (code & 0xf800) !== 0xd800) return known;
  return partOfWide(text.codePointAt(at) ?? 0);
}

const isHigh = (code: number) => (code & 0xfc00) === 0xd800;
/** Of one unit, but for the first of two. */
const widthAt = (text: string, at: number) => (isHigh(text.charCodeAt(at)) && (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/** Told where a word stands; answers true to end the search. */
type Visit = (text: string, start: number, end: number) => boolean;

/** Every word of a text, its parts, each run of digits without what separates them, and what may be glued within a long one, until the visitor has seen enough. */
export function someWord(text: string, visit: Visit): boolean {
  const length = text.length;
  let digits = 0;
  for (let at = 0; at < length;) {
    let kind: number = partAt(text, at);
    if (kind !== part.begins && kind !== part.digit) {
      at += widthAt(text, at);
      continue;
    }
    const start = at;
    let isJoined = false;
    do {
      if (kind === part.digit) digits += 1;
      else if (kind === part.separates) isJoined = true;
      at += widthAt(text, at);
      kind = at < length ? partAt(text, at) : part.none;
    } while (kind !== part.none);
    if (at - start < minimumWord) continue;
    if (at - start >= minimumLength && visit(text, start, at)) return true;
    if (isJoined && somePart(text, start, at, visit)) return true;
  }
  return digits >= leastDigits && (someNumber(text, visit) || (digits > gluedDigits.least && someGlued(text, visit)));
}

function somePart(text: string, start: number, end: number, visit: Visit): boolean {
  let from = start;
  for (let at = start; at <= end; at += 1) {
    if (at < end && parts[text.charCodeAt(at)] !== part.separates) continue;
    if (at - from >= minimumLength && at - from < end - start && visit(text, from, at)) return true;
    from = at + 1;
  }
  return false;
}

function someNumber(text: string, visit: Visit): boolean {
  for (const [run] of text.matchAll(digitRun)) {
    const number = run.replaceAll(/\D/g, '');
    if (visit(number, 0, number.length)) return true;
  }
  return false;
}

function someGlued(text: string, visit: Visit): boolean {
  for (const [run] of text.matchAll(longRun)) {
    for (let size: number = gluedDigits.least; size <= gluedDigits.most && size < run.length; size += 1) {
      for (let start = 0; start + size <= run.length; start += 1) if (visit(run, start, start + size)) return true;
    }
  }
  return false;
}

/** Values that stand in few requests by chance: only those are looked for in other requests than their own. */
function isStrong(word: string): boolean {
  return word.length >= 16 || word.includes('@') || (word.length >= 10 && /^\d+$/.test(word));
}

/** What is known of the raw values of a session. */
export interface RawIndex {
  readonly hash: KeyedHash;
  /** Knows every value that was ever indexed in this process. */
  readonly rawFilter: Pick<RawFilter, 'mayHave'>;
  /** The strong ones of the whole session. */
  readonly seen: SeenValues;
}

const semicolon = 0x3b;

/** Whether what stands before a word is a character as HTML refers to one by its number: `&#83;ports` has no word `ports`. The reading that is decoded has what there is. */
function isBehindReference(text: string, start: number): boolean {
  if (text.charCodeAt(start - 1) !== semicolon) return false;
  const code = /&#(?:(\d{1,7})|x([0-9a-f]{1,6}));$/i.exec(text.slice(Math.max(0, start - 12), start));
  const point = Number.parseInt(code?.[1] ?? code?.[2] ?? '0', code?.[1] === undefined ? 16 : 10);
  return point <= 0x10ffff && /[\p{L}\p{N}]/u.test(String.fromCodePoint(point));
}

/** Looks words up among the raw values of the request and of the session. */
export interface RawSearch {
  /** A raw value of this request. */
  readonly own: Visit;
  /** One of this request, or a strong one of the session. */
  readonly any: Visit;
}

export function makeRawSearch({ hash, rawFilter, seen }: RawIndex, own: ReadonlySet<string>): RawSearch {
  const known = new Map<string, 'own' | 'seen' | null>();
  const find = (text: string, start: number, end: number) => {
    const word = text.slice(start, end);
    const before = known.get(word);
    if (before !== undefined) return before;
    const key = indexHash(hash, word);
    const found = own.has(key) ? 'own' : isStrong(word) && seen.has(key) ? 'seen' : null;
    known.set(word, found);
    return found;
  };
  const isKnown = (text: string, start: number, end: number) => rawFilter.mayHave(text, start, end) && !isBehindReference(text, start);
  return {
    own: (text, start, end) => isKnown(text, start, end) && find(text, start, end) === 'own',
    any: (text, start, end) => isKnown(text, start, end) && find(text, start, end) !== null,
  };
}
