/**
 * A text cut where no identifier goes on, and what each piece is made of. One pass over the characters: most pieces are a name and a short
 * value, and nothing of the second look can stand in them.
 */

/** Which characters a piece has, as bits. */
export const mark = { at: 1, point: 2, plus: 4, capital: 8, letter: 16, blank: 32, gap: 64 } as const;

/** What a piece is made of. Numbers are exact, or a lower bound's worth: see {@link pack}. */
export interface Makeup {
  /** Bits of {@link mark}. A character beyond ASCII counts as letter, capital and gap: it may be any of them. */
  readonly marks: number;
  readonly digits: number;
  readonly colons: number;
  /** Colons and hyphens. */
  readonly joints: number;
  /** The longest run of letters, digits, `_`, `/`, `+` and `-`. */
  readonly run: number;
}

const table = new Uint16Array(128);
const inRun = 128;
const digit = 256;
const colon = 512;
const hyphen = 1024;
const cut = 2048;
for (let code = 0x30; code <= 0x39; code += 1) table[code] = digit | inRun;
for (let code = 0x41; code <= 0x5a; code += 1) table[code] = mark.capital | mark.letter | inRun;
for (let code = 0x61; code <= 0x7a; code += 1) table[code] = mark.letter | inRun;
for (const [character, bits] of [
  ['@', mark.at],
  ['.', mark.point],
  ['+', mark.plus | mark.gap | inRun],
  [' ', mark.blank | mark.gap],
  ['\t', mark.gap],
  ['\n', mark.gap],
  ['\v', mark.gap],
  ['\f', mark.gap],
  ['\r', mark.gap],
  [':', colon],
  ['-', hyphen | inRun],
  ['_', inRun],
  ['/', inRun],
] as const)
  table[character.charCodeAt(0)] = bits;
for (const character of ',;{}[]&<') table[character.charCodeAt(0)] = cut;
const wide = mark.letter | mark.capital | mark.gap;

/** A comma behind a digit and before anything but a quote may be that of a pair of coordinates. */
function mayBePair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return text.charCodeAt(at) === 0x2c && before >= 0x30 && before <= 0x39 && text.charCodeAt(at + 1) !== 0x22;
}

const counted = { digits: 31, colons: 7, joints: 7, run: 63 } as const;

/** A piece's makeup as one number; what is more than the looks ask for counts as what they ask for. */
function pack(marks: number, digits: number, colons: number, joints: number, run: number): number {
  const few = Math.min(digits, counted.digits) | (Math.min(colons, counted.colons) << 5) | (Math.min(joints, counted.joints) << 8);
  return (marks & 0x7f) | (few << 7) | (Math.min(run, counted.run) << 18);
}

export const makeupOf = (packed: number): Makeup => ({
  marks: packed & 0x7f,
  digits: (packed >> 7) & 31,
  colons: (packed >> 12) & 7,
  joints: (packed >> 15) & 7,
  run: packed >> 18,
});

/** Tells of every piece its makeup, packed, and its place; until it is answered with true. */
export function eachSegment(text: string, visit: (packed: number, start: number, end: number) => boolean): boolean {
  let [start, marks, digits, colons, joints, run, longest] = [0, 0, 0, 0, 0, 0, 0];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const bits = code < 128 ? (table[code] ?? 0) : wide;
    if ((bits & inRun) !== 0) run += 1;
    else {
      if (run > longest) longest = run;
      run = 0;
    }
    if (bits < digit) marks |= bits;
    else if ((bits & cut) !== 0 && !mayBePair(text, index)) {
      if (index > start && visit(pack(marks, digits, colons, joints, longest), start, index)) return true;
      marks = digits = colons = joints = longest = 0;
      start = index + 1;
    } else {
      marks |= bits;
      if ((bits & digit) !== 0) digits += 1;
      else if ((bits & colon) !== 0) colons += 1;
      if ((bits & (colon | hyphen)) !== 0) joints += 1;
    }
  }
  return start < text.length && visit(pack(marks, digits, colons, joints, Math.max(run, longest)), start, text.length);
}
