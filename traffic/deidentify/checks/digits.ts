/** Check digits over runs of decimal digits. Every function takes digits alone, without separators. */

const zero = 48;
const at = (digits: string, index: number) => digits.charCodeAt(index) - zero;

/** Luhn, ISO/IEC 7812-1, annex B: the sum over a whole number with its check digit is a multiple of ten. */
export function hasLuhn(digits: string): boolean {
  return luhnSum(digits, 0) % 10 === 0;
}

/** The digit that makes `stem` followed by it pass {@link hasLuhn}. */
export function luhnDigit(stem: string): string {
  return String((10 - (luhnSum(stem, 1) % 10)) % 10);
}

function luhnSum(digits: string, offset: number): number {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = at(digits, digits.length - 1 - index);
    const doubled = (index + offset) % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum;
}

/** The remainder by 97 of a number of any length; letters count as two digits, A = 10 (ISO/IEC 7064, MOD 97-10). */
export function mod97(text: string): number {
  let remainder = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    remainder = code < 58 ? (remainder * 10 + code - zero) % 97 : (remainder * 100 + code - 55) % 97;
  }
  return remainder;
}

/** ISO/IEC 7064, MOD 11,10: the check digit of the German tax identification number. */
export function mod11And10Digit(stem: string): string {
  let product = 10;
  for (let index = 0; index < stem.length; index += 1) {
    const sum = (at(stem, index) + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return String((11 - product) % 10);
}

/** The sum of digits, each times its weight. */
export function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (const [index, weight] of weights.entries()) sum += at(digits, index) * weight;
  return sum;
}

/** Verhoeff's check (1969): multiplication in the dihedral group of ten elements, permuted by position. */
const product = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const permuted = ['0123456789', '1576283094', '5803796142', '8916043527', '9453126870', '4286573901', '2793806415', '7046913258'];
const inverse = '0432156789';

function verhoeffSum(digits: string, offset: number): number {
  let check = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = at(digits, digits.length - 1 - index);
    check = at(product[check] ?? '', at(permuted[(index + offset) % 8] ?? '', digit));
  }
  return check;
}

/** True when the last digit is the Verhoeff check digit of the others. */
export function hasVerhoeff(digits: string): boolean {
  return verhoeffSum(digits, 0) === 0;
}

export function verhoeffDigit(stem: string): string {
  return inverse[verhoeffSum(stem, 1)] ?? '0';
}

/** GTIN-8, -12, -13 and -14, so EAN and UPC: weights 3 and 1 from the right, modulo 10 (GS1 General Specifications, 7.9). */
export function isGtin(text: string): boolean {
  if (!/^(?:\d{8}|\d{12,14})$/.test(text)) return false;
  const sum = Array.from(text).reduce((total, digit, index) => total + Number(digit) * ((text.length - index) % 2 === 0 ? 3 : 1), 0);
  return sum % 10 === 0;
}
