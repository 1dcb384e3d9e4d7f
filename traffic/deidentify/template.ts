import { hmacOnce } from './keyed-hash.ts';

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

/** The classes of ASCII's characters: those of other scripts are looked up one by one. */
const asciiClasses = Array.from({ length: 128 }, (_, code) => {
  if (code >= 0x61 && code <= 0x7a) return mark.lower;
  if (code >= 0x41 && code <= 0x5a) return mark.upper;
  return code >= 0x30 && code <= 0x39 ? mark.digit : String.fromCharCode(code);
});

/** The template of any value: same length, same class of each character, punctuation kept. */
export function templateOf(text: string): Template {
  const hex = hexOf(text);
  let out = '';
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (hex !== null) out += code === 0x2d ? '-' : hex;
    else if (code < 128) out += index === 0 && code > 0x30 && code <= 0x39 ? mark.leadingDigit : asciiClasses[code];
    else {
      const character = String.fromCodePoint(text.codePointAt(index) ?? code);
      out += wideClassOf(character);
      index += character.length - 1;
    }
  }
  return out as Template;
}

/** The mark of a long run of hexadecimal digits of one case; null for any other text. */
function hexOf(text: string): string | null {
  if (text.length < 16) return null;
  if (/^(?=.*[a-f])[0-9a-f-]+$/.test(text)) return mark.hexLower;
  return /^(?=.*[A-F])[0-9A-F-]+$/.test(text) ? mark.hexUpper : null;
}

function wideClassOf(character: string): string {
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
      counter = (counter + 1) % 256;
      block = hmacOnce(digest, String.fromCharCode(counter));
      offset = 0;
    }
    return block[offset++] ?? 0;
  };
}

/** Where the marks begin, and the alphabet of each. */
const firstMark = mark.lower.charCodeAt(0);
const alphabetList = Object.values(mark).map((character) => alphabets[character] ?? '');
const ideographPlace = alphabetList.length - 1;

/** Fills a template from the digest: position by position, so that the case of letters changes nothing else. */
export function fillTemplate(template: string, digest: Buffer): string {
  const next = byteStream(digest);
  let out = '';
  for (let index = 0; index < template.length; index += 1) {
    const place = template.charCodeAt(index) - firstMark;
    const alphabet = place >= 0 ? alphabetList[place] : undefined;
    if (alphabet === undefined) out += template[index];
    else if (place === ideographPlace) out += String.fromCodePoint(0x4e00 + next() * 16 + (next() % 16));
    else out += alphabet[next() % alphabet.length];
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
