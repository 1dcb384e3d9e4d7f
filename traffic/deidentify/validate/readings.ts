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

function* decodings(text: string): Generator<string> {
  const escapes = decodeEscapes(text);
  if (escapes !== text) yield escapes;
  // A form writes spaces as "+": a reading of its own, since elsewhere it is an operator, or of base64.
  if (text.search(joined) >= 0) yield text.replaceAll(joined, ' ');
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

/** What may be base64: of either alphabet, and long enough for the shortest identifier. */
const base64Word = /[A-Za-z0-9+/_-]{8,}={0,2}/g;

/** Words of a language, and numbers: base64 of a text as long has letters of both cases, or digits among letters. */
const ordinary = /^(?:[A-Z]?[a-z]+|[A-Z]+|[\d-]+)$/;

/** Each word that is base64 of text, or of packed text, decoded. */
function* decodeWords(text: string): Generator<string> {
  for (const [word] of text.matchAll(base64Word)) {
    if (ordinary.test(word)) continue;
    const decoded = decodeBase64(word);
    if (decoded !== null) yield decoded;
    // "/" is of the alphabet, and separates the segments of a path.
    if (!word.includes('/')) continue;
    for (const part of word.split('/')) {
      const inner = part.length >= 8 ? decodeBase64(part) : null;
      if (inner !== null) yield inner;
    }
  }
}

/** The text that a word is the base64 of; null when it is of none. */
export function decodeBase64(word: string): string | null {
  if (word.replace(/=+$/, '').length % 4 === 1) return null;
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
