import { isCard } from '../checks/card.ts';
import { ibanLength, isIban } from '../checks/iban.ts';
import { digitsOf, type Accepted, type Detector } from './detector.ts';
import { has } from './marks.ts';

/** A match may run into the words after the number: an IBAN ends where its country's length says. */
function ibanAt(value: string): Accepted {
  const length = ibanLength(value.slice(0, 2).toUpperCase());
  if (length === undefined) return false;
  let compact = '';
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index] ?? '';
    if (character === ' ' || character === '-') continue;
    compact += character;
    if (compact.length < length) continue;
    const isWhole = index + 1 === value.length || !/[A-Za-z\d]/.test(value[index + 1] ?? '');
    return isWhole && isIban(compact.toUpperCase()) ? [0, index + 1] : false;
  }
  return false;
}

/** Digits in the middle of a hexadecimal digest (MD5, SHA-1, SHA-2): one in some hundred has a card's number in it by chance. */
function isInDigest(value: string, text: string, start: number): boolean {
  const before = /[0-9a-f]*$/.exec(text.slice(Math.max(0, start - 128), start))?.[0] ?? '';
  const behind = /^[0-9a-f]*/.exec(text.slice(start + value.length, start + value.length + 128))?.[0] ?? '';
  return /[a-f]/.test(before + behind) && [32, 40, 56, 64, 96, 128].includes(before.length + value.length + behind.length);
}

export const paymentDetectors: readonly Detector[] = [
  {
    name: 'iban',
    kind: 'iban',
    version: 1,
    may: { all: has.digit, any: has.upper | has.lower, digits: 8 },
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,32}(?![A-Za-z0-9])/gi,
    accepts: ibanAt,
  },
  {
    name: 'card',
    kind: 'card',
    version: 3,
    may: { all: has.digit, digits: 12 },
    pattern: /(?<![\d.])[2-68]\d(?:[ -]?\d){10,17}(?![\d]|\.\d)/g,
    accepts: (value, text, start) => isCard(digitsOf(value)) && !isInDigest(value, text, start),
  },
];
