import { unpack } from './unpack.ts';

/** How often one text is decoded again: the encodings of the issue in each other, and one more. */
const maximumDepth = 5;
/** Texts of one value at most: each reading is looked at whole. */
const maximumReadings = 48;

/**
 * Every reading of a text: as it is, and decoded as often as it can be, by percent escapes, JSON's and JavaScript's, HTML's entities, base64 (of each word
 * that is one; packed content is unpacked) and a form's "+". No parser is asked what the text is: each decoding is tried wherever
 * something looks like it.
 */
export function readingsOf(text: string): readonly string[] {
  const readings = [text];
  const known = new Set(readings);
  let depth = 0;
  let level: readonly string[] = readings.slice();
  while (level.length > 0 && depth < maximumDepth) {
    const next: string[] = [];
    for (const one of level) {
      for (const decoded of decodings(one)) {
        if (known.has(decoded) || known.size >= maximumReadings) continue;
        known.add(decoded);
        next.push(decoded);
      }
    }
    readings.push(...next);
    level = next;
    depth += 1;
  }
  return readings;
}

/** A "+" between words; one that begins a number is that of a phone. */
const joined = /(?<=[\p{L}\p{N}])\+(?=[\p{L}\p{N}])/gu;

/** Of so many characters no text that is written otherwise is base64 of a text by chance: of 18 bytes all are of text once in ten million. */
const certainBase64 = 24;
const longBase64 = new RegExp(`[\\w+/-]{${String(certainBase64)},}={0,2}`, 'g');

/** A form writes spaces as "+"; in base64 of a text it is a digit, and the parts around it would be read as what they are not. */
export function asFormReads(text: string): string {
  if (!text.includes('+')) return text;
  const words = Array.from(text.matchAll(longBase64)).filter(([word]) => word.includes('+') && decodeBase64(word) !== null);
  if (words.length === 0) return text.replaceAll(joined, ' ');
  const isWithin = (at: number) => words.some(({ 0: word, index }) => at >= index && at < index + word.length);
  return text.replaceAll(joined, (plus, at: number) => (isWithin(at) ? plus : ' '));
}

function* decodings(text: string): Generator<string> {
  const escapes = decodeEscapes(text);
  if (escapes !== text) yield escapes;
  // A reading of its own, since elsewhere "+" is an operator, or of base64.
  const form = asFormReads(text);
  if (form !== text) yield form;
  yield* decodeWords(text);
}

/** One round of every escape. */
function decodeEscapes(text: string): string {
  let out = text;
  if (out.includes('%')) out = decodePercent(out);
  if (out.includes('\\')) out = decodeBackslashes(out);
  if (out.includes('&')) out = decodeEntities(out);
  return out;
}

function decodePercent(text: string): string {
  const unicode = text.includes('%u') ? text.replaceAll(/%u([0-9a-f]{4})/gi, (_, code: string) => fromCode(code)) : text;
  return unicode.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
    const decoded = bytes.toString('utf8');
    return decoded.includes('\uFFFD') ? bytes.toString('latin1') : decoded;
  });
}

function fromCode(hexadecimal: string): string {
  const code = Number.parseInt(hexadecimal, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
}

const shortEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function decodeBackslashes(text: string): string {
  return text.replaceAll(
    /\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2})|(["'\\/nrtbf]))/gi,
    (_, four?: string, braced?: string, two?: string, short?: string) => {
      const code = four ?? braced ?? two;
      if (four !== undefined) return String.fromCharCode(Number.parseInt(four, 16));
      if (code !== undefined) return fromCode(code);
      return shortEscapes[short ?? ''] ?? short ?? '';
    },
  );
}

/** Entities for what an identifier is made of. A name that is not here leaves a gap, which no identifier spans. */
// prettier-ignore
const entities: Readonly<Record<string, string>> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', commat: '@', period: '.', colon: ':', sol: '/', lowbar: '_', hyphen: '-', dash: '-',
  plus: '+', num: '#', comma: ',', equals: '=', lpar: '(', rpar: ')', Tab: '\t', NewLine: '\n', auml: 'ä', ouml: 'ö', uuml: 'ü', Auml: 'Ä', Ouml: 'Ö',
  Uuml: 'Ü', szlig: 'ß', eacute: 'é', egrave: 'è', ecirc: 'ê', aacute: 'á', agrave: 'à', acirc: 'â', ccedil: 'ç', ntilde: 'ñ', iacute: 'í', oacute: 'ó',
  uacute: 'ú', aring: 'å', oslash: 'ø', aelig: 'æ',
};

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));?/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return fromCode(hex);
    if (decimal !== undefined) return fromCode(Number(decimal).toString(16));
    return entities[name ?? ''] ?? whole;
  });
}

/** What may be base64 is of either alphabet, and long enough for the shortest identifier. */
const leastBase64 = 8;

/** What base64 is written with, as bits: a word of a language has one or two of them, base64 of a text as long has more. */
const base64Class = new Uint8Array(128);
const classOf = { capital: 1, small: 2, digit: 4, other: 8 } as const;
for (let code = 0x41; code <= 0x5a; code += 1) base64Class[code] = classOf.capital;
for (let code = 0x61; code <= 0x7a; code += 1) base64Class[code] = classOf.small;
for (const character of '0123456789-') base64Class[character.charCodeAt(0)] = classOf.digit;
for (const character of '+/_') base64Class[character.charCodeAt(0)] = classOf.other;

/** Words of a language, and numbers: small letters with or without a capital before them, capitals, digits and hyphens. */
function isOrdinary(classes: number, firstClass: number, capitals: number): boolean {
  if (classes === classOf.small || classes === classOf.capital || classes === classOf.digit) return true;
  return classes === (classOf.small | classOf.capital) && capitals === 1 && firstClass === classOf.capital;
}

/** Each word that is base64 of text, or of packed text, decoded. */
function* decodeWords(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) {
    const start = at;
    const firstClass = base64Class[text.charCodeAt(at)] ?? 0;
    let classes = 0;
    let capitals = 0;
    for (let one = firstClass; one !== 0; one = base64Class[text.charCodeAt(at)] ?? 0) {
      classes |= one;
      if (one === classOf.capital) capitals += 1;
      at += 1;
    }
    if (at - start < leastBase64) continue;
    const end = text.charCodeAt(at) !== 0x3d ? at : text.charCodeAt(at + 1) === 0x3d ? at + 2 : at + 1;
    if (end === at && isOrdinary(classes, firstClass, capitals)) continue;
    yield* decodeWord(text.slice(start, end));
    at = end - 1;
  }
}

function* decodeWord(word: string): Generator<string> {
  const decoded = decodeBase64(word);
  if (decoded !== null) yield decoded;
  // "/" is of the alphabet, and separates the segments of a path, which together are the base64 of a text by no chance.
  if (!word.includes('/') || (decoded !== null && word.length >= certainBase64)) return;
  for (const part of word.split('/')) {
    const inner = part.length >= leastBase64 ? decodeBase64(part) : null;
    if (inner !== null) yield inner;
  }
}

/** The text that a word is the base64 of; null when it is of none. */
export function decodeBase64(word: string): string | null {
  if (!mayBeText(word) || word.replace(/=+$/, '').length % 4 === 1) return null;
  const bytes = Buffer.from(word, 'base64');
  const unpacked = unpack(bytes);
  if (unpacked !== null) return unpacked.toString('utf8');
  const text = bytes.toString('utf8');
  return isPrintable(text) ? text : null;
}

/** True for text of letters, digits, punctuation and blanks alone. */
function isPrintable(text: string): boolean {
  return text !== '' && !/\uFFFD|(?![\t\n\v\f\r])\p{Cc}/u.test(text);
}

const values = new Uint8Array(128).fill(64);
for (const [index, character] of Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries())
  values[character.charCodeAt(0)] = index;
values['-'.charCodeAt(0)] = 62;
values['_'.charCodeAt(0)] = 63;

/** Bytes that no text has: 1; that none begins with: 2. */
const foreign = new Uint8Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  const isControl = byte < 9 || (byte > 13 && byte < 32) || byte === 127;
  if (isControl || byte === 0xc0 || byte === 0xc1 || byte > 0xf4) foreign[byte] = 1;
  else if (byte >= 0x80 && byte < 0xc0) foreign[byte] = 2;
}

/**
 * Whether the bytes of whole groups of four characters may be text, or packed text by its first bytes: what is no base64 of text mostly shows it in the
 * first or second byte, and decoding it all costs fifty times as much.
 */
function mayBeText(word: string): boolean {
  if (word.startsWith('H4s') || word.startsWith('KLUv')) return true;
  for (let at = 0; at + 4 <= word.length; at += 4) {
    const a = values[word.charCodeAt(at)] ?? 64;
    const b = values[word.charCodeAt(at + 1)] ?? 64;
    const c = values[word.charCodeAt(at + 2)] ?? 64;
    const d = values[word.charCodeAt(at + 3)] ?? 64;
    if ((a | b | c | d) >= 64) return true;
    const first = (a << 2) | (b >> 4);
    if (at === 0 && foreign[first] !== 0) return false;
    if (foreign[first] === 1 || foreign[((b & 15) << 4) | (c >> 2)] === 1 || foreign[((c & 3) << 6) | d] === 1) return false;
  }
  return true;
}
