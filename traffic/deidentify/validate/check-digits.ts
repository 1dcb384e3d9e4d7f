/**
 * Check digits, each in another form of its algorithm than the textbook's that stage 1 may use: by table, by recurrence, by whole number. A mistake
 * in one is then not the same mistake in the other.
 */

const digitsOf = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0) - 48);

/** ISO/IEC 7812-1 (Luhn), from the left by a table: a doubled digit is 2d, less nine above nine. */
export function isLuhn(text: string): boolean {
  const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
  const sum = digitsOf(text).reduce((total, digit, index) => total + ((text.length - index) % 2 === 0 ? (doubled[digit] ?? 0) : digit), 0);
  return sum % 10 === 0;
}

/** ISO 13616 by ISO 7064 mod 97-10, as one whole number. */
export function isIban(text: string): boolean {
  const moved = text.slice(4) + text.slice(0, 4);
  return BigInt(Array.from(moved, (character) => Number.parseInt(character, 36)).join('')) % 97n === 1n;
}

/** UK NHS number: the weighted sum with the check digit's weight 1 is a multiple of 11. */
export function isNhs(text: string): boolean {
  return digitsOf(text).reduce((sum, digit, index) => sum + digit * (10 - index), 0) % 11 === 0;
}

/** German tax id by ISO 7064 mod 11,10: the recurrence over all eleven digits ends in 1. One of the first ten occurs twice or three times. */
export function isGermanTaxId(text: string): boolean {
  if (text.startsWith('0') || new Set(text.slice(0, 10)).size > 9 || new Set(text.slice(0, 10)).size < 8) return false;
  const [check = 0, ...rest] = digitsOf(text).reverse();
  const product = rest.reverse().reduce((carry, digit) => (((carry + digit) % 10 || 10) * 2) % 11, 10);
  return (product + check) % 10 === 1;
}

/** French NIR: the 13 digits (Corsica's letters as 19 and 18) and the key add up to a multiple of 97. */
export function isNir(text: string): boolean {
  const number = text.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return /^\d{13}$/.test(number) && (BigInt(number) + BigInt(text.slice(13))) % 97n === 0n;
}

/** Spanish DNI and NIE: the letter at the number modulo 23; X, Y and Z stand for 0, 1 and 2. */
export function isDni(text: string): boolean {
  const number = Number(text.slice(0, -1).replace(/^[XYZ]/, (first) => String('XYZ'.indexOf(first))));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === text.at(-1);
}

/** Italian codice fiscale (decree of 23 December 1976): odd places by a permutation, even places by their own value, modulo 26. */
export function isCodiceFiscale(text: string): boolean {
  const odd = 'BAKPLCQDREVOSFTGUHMINJWZYX';
  const value = (character: string) => (/\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65);
  const sum = Array.from(text.slice(0, 15)).reduce((total, character, index) => {
    const at = value(character);
    return total + (index % 2 === 0 ? odd.indexOf(String.fromCharCode(65 + at)) : at);
  }, 0);
  return String.fromCharCode(65 + (sum % 26)) === text[15];
}

/** Indian Aadhaar by Verhoeff's dihedral group of order 10, the group's product computed instead of looked up. */
export function isVerhoeff(text: string): boolean {
  const multiply = (a: number, b: number) =>
    a < 5 ? (b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5)) : b < 5 ? 5 + ((a - b) % 5) : (a - b + 5) % 5;
  const step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  const permuted = (digit: number, times: number) => Array.from({ length: times }).reduce<number>((value) => step[value] ?? 0, digit);
  const end = digitsOf(text)
    .reverse()
    .reduce((carry, digit, index) => multiply(carry, permuted(digit, index % 8)), 0);
  return end === 0;
}

/** Brazilian CPF: both weighted sums, with their check digit's weight 1, are 0 or 10 modulo 11 in the way of the tax office (10 counts as 0). */
export function isCpf(text: string): boolean {
  if (new Set(text).size === 1) return false;
  const check = (length: number) => {
    const sum = digitsOf(text.slice(0, length)).reduce((total, digit, index) => total + digit * (length + 1 - index), 0);
    return ((sum * 10) % 11) % 10 === Number(text[length]);
  };
  return check(9) && check(10);
}

/** Chinese resident id by ISO 7064 mod 11-2: the recurrence 2(c + d) over the digits, with X as 10, ends in 1. */
export function isResidentId(text: string): boolean {
  const head = digitsOf(text.slice(0, 17)).reduce((carry, digit) => ((carry + digit) * 2) % 11, 0);
  const check = text[17] === 'X' || text[17] === 'x' ? 10 : Number(text[17]);
  return (head + check) % 11 === 1;
}

/** Shannon's entropy of a text's characters, bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
