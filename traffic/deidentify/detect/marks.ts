/** What a text contains, found in one pass: a bit for each class of character, how many digits, and the longest run of word characters. */
export type Marks = number;

export const has = {
  digit: 1,
  upper: 2,
  lower: 4,
  at: 8,
  colon: 16,
  dot: 32,
  dash: 64,
  slash: 128,
  space: 256,
  underscore: 512,
  angle: 1024,
  wide: 2048,
  other: 4096,
} as const;

const digitsShift = 13;
/** No detector asks for more; texts that differ beyond share their marks. */
const maximumDigits = 20;
const runShift = 20;
const maximumRun = 36;

const classes = new Uint16Array(128).fill(has.other);
for (let code = 48; code < 58; code += 1) classes[code] = has.digit;
for (let code = 65; code < 91; code += 1) classes[code] = has.upper;
for (let code = 97; code < 123; code += 1) classes[code] = has.lower;
for (const [character, bit] of [
  ['@', has.at],
  [':', has.colon],
  ['.', has.dot],
  ['-', has.dash],
  ['/', has.slash],
  [' ', has.space],
  ['\t', has.space],
  ['\r', has.space],
  ['\n', has.space],
  ['_', has.underscore],
  ['<', has.angle],
] as const)
  classes[character.charCodeAt(0)] = bit;

const word = has.digit | has.upper | has.lower | has.dash | has.underscore;

export function marksOf(text: string): Marks {
  let bits = 0;
  let digits = 0;
  let run = 0;
  let longest = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const bit = code < 128 ? (classes[code] ?? 0) : has.wide;
    bits |= bit;
    if (bit === has.digit) digits += 1;
    if ((bit & word) === 0) run = 0;
    else if (++run > longest) longest = run;
  }
  return bits | (Math.min(digits, maximumDigits) << digitsShift) | (Math.min(longest, maximumRun) << runShift);
}

export const digitsIn = (marks: Marks): number => (marks >> digitsShift) & 0x7f;
export const longestRun = (marks: Marks): number => (marks >> runShift) & 0xff;
