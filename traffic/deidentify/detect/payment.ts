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
    version: 2,
    may: { all: has.digit, digits: 12 },
    pattern: /(?<![\d.])[2-68]\d(?:[ -]?\d){10,17}(?![\d]|\.\d)/g,
    accepts: (value) => isCard(digitsOf(value)),
  },
];
