import { hasLuhn } from './digits.ts';

/** Issuer ranges: first and last issuer number, and the lengths of the cards (ISO/IEC 7812-2 register as the schemes publish it). */
const ranges: readonly (readonly [first: string, last: string, lengths: string])[] = [
  ['4', '4', '16 19'], // Visa; the last cards of 13 digits are long expired, and every EAN has 13
  ['51', '55', '16'], // Mastercard
  ['2221', '2720', '16'],
  ['34', '34', '15'], // American Express
  ['37', '37', '15'],
  ['6011', '6011', '16 17 18 19'], // Discover
  ['644', '659', '16 17 18 19'],
  ['300', '305', '14 15 16 17 18 19'], // Diners Club
  ['3095', '3095', '14 15 16 17 18 19'],
  ['36', '36', '14 15 16 17 18 19'],
  ['38', '39', '14 15 16 17 18 19'],
  ['3528', '3589', '16 17 18 19'], // JCB
  ['62', '62', '16 17 18 19'], // UnionPay
  ['81', '82', '16'], // UnionPay, RuPay
  ['2200', '2204', '16 17 18 19'], // Mir
  ['508', '508', '16'], // RuPay
  ['60', '60', '16'],
  ['5018', '5018', '12 13 14 15 16 17 18 19'], // Maestro
  ['5020', '5020', '12 13 14 15 16 17 18 19'],
  ['5038', '5038', '12 13 14 15 16 17 18 19'],
  ['56', '58', '12 13 14 15 16 17 18 19'],
  ['6304', '6304', '12 13 14 15 16 17 18 19'],
  ['67', '67', '12 13 14 15 16 17 18 19'],
];

/** True for the number of a payment card: an issuer's range, one of its lengths, and Luhn's check digit. */
export function isCard(digits: string): boolean {
  const length = String(digits.length);
  return (
    ranges.some(([first, last, lengths]) => {
      const issuer = digits.slice(0, first.length);
      return issuer >= first && issuer <= last && lengths.split(' ').includes(length);
    }) && hasLuhn(digits)
  );
}
