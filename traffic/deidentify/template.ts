import { createHmac } from 'node:crypto';

/**
 * What a pseudonym keeps of a value's look: one character per character, those of a class replaced by the class's mark (a
 * private-use code point), punctuation as it is. A template holds no letter and no digit of the value.
 */
export type Template = string & { readonly template: true };

const mark = {
  lower: '\uE000',
  upper: '\uE001',
  digit: '\uE002',
  leadingDigit: '\uE003',
  hexLower: '\uE004',
  hexUpper: '\uE005',
  wideLower: '\uE006',
  wideUpper: '\uE007',
  ideograph: '\uE008',
} as const;

const alphabets: Readonly<Record<string, string>> = {
  [mark.lower]: 'abcdefghijklmnopqrstuvwxyz',
  [mark.upper]: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  [mark.digit]: '0123456789',
  [mark.leadingDigit]: '123456789',
  [mark.hexLower]: '0123456789abcdef',
  [mark.hexUpper]: '0123456789ABCDEF',
  [mark.wideLower]: 'äöüéèêñçåøëïôúíóáàâû',
  [mark.wideUpper]: 'ÄÖÜÉÈÊÑÇÅØËÏÔÚÍÓÁÀÂÛ',
};
const consonants = 'bcdfghjklmnprstvwz';
const vowels = 'aeiou';

/** The template of any value: same length, same class of each character, punctuation kept. */
export function templateOf(text: string): Template {
  const hex = /^(?=.*[a-f])[0-9a-f-]{16,}$/.test(text) ? mark.hexLower : /^(?=.*[A-F])[0-9A-F-]{16,}$/.test(text) ? mark.hexUpper : null;
  let out = '';
  for (const character of text) {
    if (hex !== null && character !== '-') out += hex;
    else out += classOf(character, out === '');
  }
  return out as Template;
}

function classOf(character: string, isFirst: boolean): string {
  if (character >= 'a' && character <= 'z') return mark.lower;
  if (character >= 'A' && character <= 'Z') return mark.upper;
  if (character >= '0' && character <= '9') return isFirst && character !== '0' ? mark.leadingDigit : mark.digit;
  if (character < '\u0080') return character;
  if (!/[\p{L}\p{M}\p{N}]/u.test(character)) return character;
  if (character > '\u07FF') return mark.ideograph;
  return character === character.toLowerCase() ? mark.wideLower : mark.wideUpper;
}

/** An endless stream of bytes that depends on the digest alone. */
export function byteStream(digest: Buffer): () => number {
  let block = digest;
  let offset = 0;
  let counter = 0;
  return () => {
    if (offset === block.length) {
      block = createHmac('sha256', digest).update(Uint8Array.of(++counter)).digest();
      offset = 0;
    }
    return block[offset++] ?? 0;
  };
}

/** Fills a template from the digest: position by position, so that the case of letters changes nothing else. */
export function fillTemplate(template: string, digest: Buffer): string {
  const next = byteStream(digest);
  let out = '';
  for (const character of template) {
    const alphabet = alphabets[character];
    if (alphabet !== undefined) out += alphabet[next() % alphabet.length];
    else if (character === mark.ideograph) out += String.fromCodePoint(0x4e00 + next() * 16 + (next() % 16));
    else out += character;
  }
  return out;
}

/** Fills every place of a class with the same character. */
export function fillMask(template: string): string {
  return Array.from(template)
    .map((character) => (character === mark.ideograph ? '\u3007' : (alphabets[character]?.[0] ?? character)))
    .join('');
}

/** Like {@link fillTemplate}, with consonants and vowels in turn, so that a name reads like one. */
export function fillName(template: string, digest: Buffer): string {
  const next = byteStream(digest);
  const vowelFirst = next() % 3 === 0 ? 0 : 1;
  let place = vowelFirst;
  let out = '';
  for (const character of template) {
    if (character !== mark.lower && character !== mark.upper) {
      out += character === '-' || character === "'" ? character : fillTemplate(character, Buffer.of(next(), next(), next()));
      continue;
    }
    const alphabet = place++ % 2 === 0 ? vowels : consonants;
    const letter = alphabet[next() % alphabet.length] ?? 'a';
    out += character === mark.upper ? letter.toUpperCase() : letter;
  }
  return out;
}
