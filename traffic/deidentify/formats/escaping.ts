import type { Edit } from './edits.ts';

/** A decoded text, and where in the source each of its UTF-16 units begins. */
export interface Decoded {
  readonly text: string;
  /** One more entry than the text has units; null when unit `i` begins at `lead + i`: nothing is escaped. */
  readonly starts: readonly number[] | null;
  /** What stands before the first unit: an opening quote. */
  readonly lead: number;
}

/** A way of writing text in which single characters may be escaped, so that all around a changed stretch stays as it was sent. */
export interface Escaping {
  decode(source: string): Decoded;
  /** The text of {@link decode} alone, faster: most values are only looked at. */
  read(source: string): string;
  /** True for a character that cannot stand for itself. */
  needs(character: string): boolean;
  /** A character in this way of writing. `like` is an escape of the source to take after, or empty; `source` the whole text. */
  escape(character: string, like: string, source: string): string;
  /** A character that stands for itself somewhere in the source may do so elsewhere. */
  readonly trustsSource: boolean;
}

/** What an escape of the source stands for, and how long it is. */
export type Unit = readonly [text: string, length: number];

/**
 * Decodes by a pattern of escapes; `read` says what a match is made of, null when it is none after all.
 * @param lead,tail characters around the text that are not part of it
 */
export function decodeBy(source: string, pattern: RegExp, read: (match: string) => readonly Unit[] | null, lead = 0, tail = 0): Decoded {
  const end = source.length - tail;
  let text = '';
  let starts: number[] | null = null;
  let at = lead;
  // From the text on: a quote that opens it and the first of a doubled one are no pair. matchAll goes on from lastIndex, in a copy.
  pattern.lastIndex = lead;
  const matches = source.matchAll(pattern);
  pattern.lastIndex = 0;
  for (const found of matches) {
    const units = found.index >= end ? null : read(found[0]);
    if (units === null) continue;
    starts ??= [];
    text = copy(source, at, found.index, text, starts);
    at = found.index;
    for (const [unit, length] of units) {
      for (let index = 0; index < unit.length; index += 1) starts.push(at);
      text += unit;
      at += length;
    }
  }
  if (starts === null) return { text: source.slice(lead, end), starts: null, lead };
  text = copy(source, at, end, text, starts);
  starts.push(end);
  return { text, starts, lead };
}

function copy(source: string, from: number, to: number, text: string, starts: number[]): string {
  for (let index = from; index < to; index += 1) starts.push(index);
  return text + source.slice(from, to);
}

/** The edits of a decoded text as edits of its source. Throws when they do not fit: `length` is what they were made for. */
export function escapeEdits(escaping: Escaping, source: string, edits: readonly Edit[], length: number | null): Edit[] {
  const decoded = escaping.decode(source);
  if (length !== null && decoded.text.length !== length) throw new Error('the spans of a leaf are not its text');
  const startOf = (unit: number) => (decoded.starts === null ? decoded.lead + unit : (decoded.starts[unit] ?? source.length));
  return edits.map((edit) => ({
    ...edit,
    start: startOf(edit.start),
    end: startOf(edit.end),
    text: escapeLike(escaping, decoded, source, edit),
  }));
}

const surrogate = /[\uD800-\uDFFF]/;

const sign = /[^\p{L}\p{M}\p{N}]/u;

/** True for a text with the same signs in the same places as another, and letters and digits between them. */
function hasLayoutOf(text: string, other: string): boolean {
  if (text.length !== other.length || surrogate.test(text) || surrogate.test(other)) return false;
  for (let index = 0; index < text.length; index += 1) {
    const [one = '', two = ''] = [text[index], other[index]];
    if (one !== two && (sign.test(one) || sign.test(two))) return false;
  }
  return true;
}

/** The new text, escaped where the old was: unit by unit when they are laid out alike, else by what the old had escaped. */
function escapeLike(escaping: Escaping, decoded: Decoded, source: string, edit: Edit): string {
  const { text, starts, lead } = decoded;
  const old = text.slice(edit.start, edit.end);
  const unitAt = (index: number) =>
    starts === null ? (source[lead + index] ?? '') : source.slice(starts[index] ?? 0, starts[index + 1] ?? 0);
  const write = (character: string) =>
    escaping.needs(character) && !(escaping.trustsSource && standsAlone(decoded, source, character))
      ? escaping.escape(character, '', source)
      : character;
  let out = '';
  if (hasLayoutOf(edit.text, old)) {
    for (let index = 0; index < old.length; index += 1) {
      const character = edit.text[index] ?? '';
      const unit = unitAt(edit.start + index);
      if (character === old[index]) out += unit;
      else out += unit.length > 1 ? escaping.escape(character, unit, source) : write(character);
    }
    return out;
  }
  const { always, marks, first } = escapesIn(old, (index) => unitAt(edit.start + index));
  for (const character of edit.text) {
    const like = always ?? (out === '' ? first : null);
    out += marks.get(character) ?? (like === null ? write(character) : escaping.escape(character, like, source));
  }
  return out;
}

/**
 * What a text has escaped: one of the escapes when every letter and digit is; the escapes of signs that never stand for themselves;
 * and that of its first character.
 */
function escapesIn(text: string, unitAt: (index: number) => string) {
  const marks = new Map<string, string>();
  const bare = new Set<string>();
  let always: string | null = null;
  let isAlways = true;
  for (let index = 0; index < text.length; index += 1) {
    const unit = unitAt(index);
    const character = text[index] ?? '';
    const isAlphanumeric = /[a-z0-9]/i.test(character);
    if (unit.length <= 1) bare.add(character);
    else if (isAlphanumeric) always = unit;
    else if (!surrogate.test(character)) marks.set(character, unit);
    if (isAlphanumeric && unit.length <= 1) isAlways = false;
  }
  for (const character of bare) marks.delete(character);
  const beginning = text === '' ? '' : unitAt(0);
  return { always: isAlways ? always : null, marks, first: beginning.length > 1 ? beginning : null };
}

function standsAlone({ text, starts, lead }: Decoded, source: string, character: string): boolean {
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) {
    if (source.startsWith(character, starts === null ? lead + at : (starts[at] ?? source.length))) return true;
  }
  return false;
}
