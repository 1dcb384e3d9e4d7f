import { decodeHTMLStrict } from 'entities';
import { decodeBy, type Decoded, type Escaping, type Unit } from './escaping.ts';

/** RFC 3986, section 2.3, and what encodeURIComponent leaves alone beside. */
const unreserved = /^[\w.~!*'()-]$/;

/** In the case of the escape that it takes after, else of the others in the source; as `%u0040`, which JavaScript's `escape` writes, too. */
function percentOf(character: string, like: string, source: string): string {
  if (/^%u/i.test(like) && character.length === 1) return `${like.slice(0, 2)}${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const bytes = isLatinEscape(like) && character <= '\u00FF' ? Buffer.from(character, 'latin1') : Buffer.from(character, 'utf8');
  const upper = !(/[a-f]/i.test(like) ? /[a-f]/.test(like) : /%(?:[a-f]|\d[a-f])/.test(source));
  let out = '';
  for (const byte of bytes) {
    const hex = byte.toString(16).padStart(2, '0');
    out += `%${upper ? hex.toUpperCase() : hex}`;
  }
  return out;
}

/** One escaped byte above ASCII that is no UTF-8: a page in Latin-1 wrote it. */
function isLatinEscape(escape: string): boolean {
  return escape.length === 3 && /^%[89a-f]/i.test(escape);
}

/** A run of escaped bytes as characters of UTF-8; a byte that fits no character is one of Latin-1. */
function percentUnits(run: string): Unit[] {
  if (run === '+') return [[' ', 1]];
  if (/^%u/i.test(run)) return [[String.fromCharCode(Number.parseInt(run.slice(2), 16)), run.length]];
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
  const units: Unit[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = characterSize(bytes, at);
    units.push([bytes.toString(size === 0 ? 'latin1' : 'utf8', at, at + Math.max(size, 1)), 3 * Math.max(size, 1)]);
    at += Math.max(size, 1);
  }
  return units;
}

/** Bytes of the UTF-8 character at a place; 0 when there is none. */
function characterSize(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (size === 0 || at + size > bytes.length) return 0;
  return bytes.toString('utf8', at, at + size).includes('\uFFFD') ? 0 : size;
}

const percentRun = /(?:%[0-9a-f]{2})+|%u[0-9a-f]{4}/gi;
const formRun = /(?:%[0-9a-f]{2})+|%u[0-9a-f]{4}|\+/gi;

const asIs = (source: string): Decoded => ({ text: source, starts: null, lead: 0 });

/** What a built-in decoder says, which throws for what it does not know. */
function readBy(builtIn: (source: string) => string, source: string, decode: (source: string) => Decoded): string {
  try {
    return builtIn(source);
  } catch {
    return decode(source).text;
  }
}

const decodePercent = (source: string): Decoded => (source.includes('%') ? decodeBy(source, percentRun, percentUnits) : asIs(source));
const decodeForm = (source: string): Decoded =>
  source.includes('%') || source.includes('+') ? decodeBy(source, formRun, percentUnits) : asIs(source);

/** `%40`, as in URLs. */
export const percentEscaping: Escaping = {
  decode: decodePercent,
  read: (source) => (source.includes('%') ? readBy(decodeURIComponent, source, decodePercent) : source),
  needs: (character) => !unreserved.test(character),
  escape: percentOf,
  trustsSource: true,
};

/** `%40`, and `+` for a space, as in forms and queries. */
export const formEscaping: Escaping = {
  ...percentEscaping,
  decode: decodeForm,
  read: (source) => {
    const spaced = source.includes('+') ? source.replaceAll('+', ' ') : source;
    return spaced.includes('%') ? readBy(decodeURIComponent, spaced, () => decodeForm(source)) : spaced;
  },
  escape: (character, like, source) => (character === ' ' && !source.includes('%20') ? '+' : percentOf(character, like, source)),
};

const reference = /&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});/g;

function referenceUnits(escape: string): Unit[] | null {
  const text = decodeHTMLStrict(escape);
  return text === escape ? null : [[text, escape.length]];
}

const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function referenceOf(character: string, like: string): string {
  const code = character.codePointAt(0) ?? 0xfffd;
  if (/^&#x/i.test(like)) return `&${like.slice(1, 3)}${code.toString(16)};`;
  if (like.startsWith('&#')) return `&#${code};`;
  return named[character] ?? (like === '' ? character : `&#${code};`);
}

/** `&amp;`, `&#64;`, `&#x40;` in any text: references that HTML knows. */
export const htmlEscaping: Escaping = {
  decode: (source) => (source.includes('&') ? decodeBy(source, reference, referenceUnits) : asIs(source)),
  read: (source) => (source.includes('&') ? source.replace(reference, decodeHTMLStrict) : source),
  needs: (character) => character in named,
  escape: referenceOf,
  trustsSource: true,
};

/** Text or attribute of XML: the document was found well-formed, so that only XML's own references stand in it. */
export const xmlEscaping: Escaping = { ...htmlEscaping, trustsSource: false };

const codeEscape = /\\u\{[0-9a-f]{1,6}\}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}/gi;

function codeUnits(escape: string): Unit[] | null {
  const code = Number.parseInt(escape.replaceAll(/[\\{}]|^\\[ux]/gi, '').replace(/^[ux]/i, ''), 16);
  return code > 0x10ffff ? null : [[String.fromCodePoint(code), escape.length]];
}

function codeEscapeOf(character: string, like: string): string {
  let out = '';
  const upper = /[A-F]/.test(like.slice(2));
  if (like.startsWith('\\u{')) out = `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  else if (/^\\x/i.test(like) && character <= '\u00FF') out = `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  else for (let at = 0; at < character.length; at += 1) out += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return upper ? out.replaceAll(/(?<=[ux{])[0-9a-f]+/g, (hex) => hex.toUpperCase()) : out;
}

/** `\u0040`, `\u{40}` and `\x40` in any text. */
export const codeEscaping: Escaping = {
  decode: (source) => (source.includes('\\') ? decodeBy(source, codeEscape, codeUnits) : asIs(source)),
  read: (source) => (source.includes('\\') ? source.replace(codeEscape, (escape) => codeUnits(escape)?.[0]?.[0] ?? escape) : source),
  needs: () => false,
  escape: (character, like) => (like === '' ? character : codeEscapeOf(character, like)),
  trustsSource: true,
};

const jsonEscape = /\\(?:u\{[0-9a-f]{1,6}\}|u[0-9a-f]{4}|.)/gi;
const short: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function jsonUnits(escape: string): Unit[] | null {
  if (escape.length > 2) return codeUnits(escape);
  const letter = escape[1] ?? '';
  return [[short[letter] ?? letter, 2]];
}

const decodeJson = (source: string): Decoded =>
  source.includes('\\') ? decodeBy(source, jsonEscape, jsonUnits, 1, 1) : { text: source.slice(1, -1), starts: null, lead: 1 };

/** A string of JSON or GraphQL with its quotes. */
export const jsonEscaping: Escaping = {
  decode: decodeJson,
  read: (source) => (source.includes('\\') ? readBy((text) => JSON.parse(text) as string, source, decodeJson) : source.slice(1, -1)),
  needs: (character) => character === '"' || character === '\\' || character < ' ',
  escape: (character, like) => (like.length > 2 ? codeEscapeOf(character, like) : JSON.stringify(character).slice(1, -1)),
  trustsSource: false,
};

/** A quoted field of CSV with its quotes (RFC 4180). */
export const quotedEscaping: Escaping = {
  decode: (source) => decodeBy(source, /""/g, () => [['"', 2]], 1, 1),
  read: (source) => source.slice(1, -1).replaceAll('""', '"'),
  needs: (character) => character === '"',
  escape: (character) => (character === '"' ? '""' : character),
  trustsSource: false,
};
