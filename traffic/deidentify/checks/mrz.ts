/** ICAO 9303, part 3, 4.9: weights 7, 3, 1; digits as they are, A = 10 to Z = 35, the filler 0; modulo ten. */
function mrzDigit(text: string): string {
  const weights = [7, 3, 1];
  let sum = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const value = code < 58 && code >= 48 ? code - 48 : code >= 65 ? code - 55 : 0;
    sum += value * (weights[index % 3] ?? 0);
  }
  return String(sum % 10);
}

/** Where a line has what: from and to; a check digit stands behind each of `checked`. */
export interface MrzLine {
  readonly length: 30 | 36 | 44;
  readonly checked: readonly (readonly [from: number, to: number])[];
  /** Days as YYMMDD. */
  readonly days: readonly number[];
  readonly sex: number | null;
  /** Behind which of {@link checked}'s parts the last character checks them all; null without such. */
  readonly whole: readonly (readonly [from: number, to: number])[] | null;
}

/** Second lines of passports (TD3) and visas, and of documents of the second size (TD2): parts 4 to 6. */
const passport: MrzLine = {
  length: 44,
  checked: [
    [0, 9],
    [13, 19],
    [21, 27],
    [28, 42],
  ],
  days: [13, 21],
  sex: 20,
  whole: [
    [0, 10],
    [13, 20],
    [21, 43],
  ],
};
const secondSize: MrzLine = {
  length: 36,
  checked: [
    [0, 9],
    [13, 19],
    [21, 27],
  ],
  days: [13, 21],
  sex: 20,
  whole: [
    [0, 10],
    [13, 20],
    [21, 35],
  ],
};
/** An identity card of the first size (TD1, part 5) has its number in the first line, and days in the second. The last digit of that checks both lines. */
const cardNumber: MrzLine = { length: 30, checked: [[5, 14]], days: [], sex: null, whole: null };
const cardDays: MrzLine = {
  length: 30,
  checked: [
    [0, 6],
    [8, 14],
  ],
  days: [0, 8],
  sex: 7,
  whole: null,
};

/** What a line is by its form; null for none of them that has check digits. */
export function mrzLineOf(line: string): MrzLine | null {
  if (/^[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[\d<]\d$/.test(line)) return passport;
  if (/^[A-Z0-9<]{9}[\d<][A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{7}[\d<]$/.test(line)) return secondSize;
  if (/^\d{7}[MFX<]\d{7}[A-Z<]{3}[A-Z0-9<]{11}[\d<]$/.test(line)) return cardDays;
  return /^[ACI][A-Z0-9<][A-Z<]{3}[A-Z0-9<]{9}[\d<][A-Z0-9<]{15}$/.test(line) ? cardNumber : null;
}

/** True when every part of the line has its check digit; one that nothing stands in may have a filler in its place. */
export function hasMrzChecks(line: string): boolean {
  const form = mrzLineOf(line);
  if (form === null) return false;
  const right = form.checked.every(
    ([from, to]) => line[to] === mrzDigit(line.slice(from, to)) || (line[to] === '<' && isLong(line, from, to)),
  );
  return right && (form.whole === null || line.at(-1) === mrzDigit(partsOf(line, form.whole)) || line.at(-1) === '<');
}

const partsOf = (line: string, parts: NonNullable<MrzLine['whole']>) => parts.map(([from, to]) => line.slice(from, to)).join('');
/** Of an empty part, and of a number that goes on behind it (part 5, 4.2.2). */
const isLong = (line: string, from: number, to: number) => /^<*$/.test(line.slice(from, to)) || /^[A-Z0-9]+$/.test(line.slice(from, to));

/** The line with every check digit set right; a filler in the place of one stays. */
export function withMrzChecks(line: string, form: MrzLine): string {
  const set = (text: string, at: number, digit: string) => (text[at] === '<' ? text : text.slice(0, at) + digit + text.slice(at + 1));
  let right = line;
  for (const [from, to] of form.checked) right = set(right, to, mrzDigit(right.slice(from, to)));
  return form.whole === null ? right : set(right, form.length - 1, mrzDigit(partsOf(right, form.whole)));
}
