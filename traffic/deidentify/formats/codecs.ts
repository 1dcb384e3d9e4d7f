import type { Encoding } from '../document.ts';
import { base64Text, encodeBase64Like } from './base64.ts';
import { applyEdits, type Edit } from './edits.ts';
import { escapeEdits, type Escaping } from './escaping.ts';
import { codeEscaping, formEscaping, htmlEscaping, jsonEscaping, percentEscaping, quotedEscaping, xmlEscaping } from './escapings.ts';

/** An encoding that a change anywhere changes everywhere; encoding what was decoded gives the source again. */
interface Whole {
  decode(source: string): string;
  encode(text: string, source: string): string;
}

const escapings: Readonly<Partial<Record<Encoding, Escaping>>> = {
  form: formEscaping,
  percent: percentEscaping,
  html: htmlEscaping,
  escapes: codeEscaping,
  'json-string': jsonEscaping,
  'xml-text': xmlEscaping,
  'xml-attribute': xmlEscaping,
  quoted: quotedEscaping,
};

const wholes: Readonly<Partial<Record<Encoding, Whole>>> = {
  'json-number': {
    decode: (source) => source,
    encode: (text) => (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? text : JSON.stringify(text)),
  },
  base64: { decode: (source) => base64Text(source) ?? '', encode: encodeBase64Like },
  'utf-8': {
    decode: (source) => Buffer.from(source, 'latin1').toString('utf8'),
    encode: (text) => Buffer.from(text, 'utf8').toString('latin1'),
  },
};

/** The text that a source stands for. */
export function decodeSource(encoding: Encoding, source: string): string {
  if (encoding === 'plain') return source;
  const escaping = escapings[encoding];
  return escaping === undefined ? (wholes[encoding]?.decode(source) ?? source) : escaping.read(source);
}

/** What most leaves are: nothing in the source is escaped. */
interface Bare {
  /** Found in a source with an escape in it. */
  readonly escapes: RegExp;
  /** A text that stands for itself. */
  readonly safe: RegExp;
  /** The quote around it. */
  readonly quote: '' | '"';
}

const bare: Readonly<Partial<Record<Encoding, Bare>>> = {
  plain: { escapes: /(?!)/, safe: /(?:)/, quote: '' },
  'json-string': { escapes: /\\/, safe: /^[^"\\\u0000-\u001F]*$/, quote: '"' }, // eslint-disable-line no-control-regex -- what JSON escapes
  form: { escapes: /[%+]/, safe: /^[\w.~!*'()-]*$/, quote: '' },
  percent: { escapes: /%/, safe: /^[\w.~!*'()-]*$/, quote: '' },
};

/** How a leaf without escapes is written, for `write.ts`; null when it has some. */
export function bareOf(encoding: Encoding, source: string): Bare | null {
  const known = bare[encoding];
  return known === undefined || known.escapes.test(source) ? null : known;
}

/**
 * Edits of a decoded text as edits of its source, in the same encoding.
 * @param length of the text that the edits were made for, to be checked; null for whatever it is
 */
export function editSource(encoding: Encoding, source: string, edits: readonly Edit[], length: number | null): readonly Edit[] {
  if (edits.length === 0) return edits;
  const escaping = escapings[encoding];
  if (escaping !== undefined) return escapeEdits(escaping, source, edits, length);
  const whole = wholes[encoding];
  const text = whole === undefined ? source : whole.decode(source);
  if (length !== null && text.length !== length) throw new Error('the spans of a leaf are not its text');
  if (whole === undefined) return edits;
  return [{ start: 0, end: source.length, text: whole.encode(applyEdits(text, edits), source), isWhole: true }];
}
