import type { Faker } from '@faker-js/faker';

/** Identifiers with check digits, made by their issuers' rules; independent of the detectors' code. */

const digits = (faker: Faker, count: number) => faker.string.numeric({ length: count, allowLeadingZeros: true });
const sum = (text: string, weight: (index: number) => number) =>
  Array.from(text).reduce((total, digit, index) => total + Number(digit) * weight(index), 0);

/** Social Security Number: no area 000, 666 or 9xx, no group 00, no serial 0000 (SSA). */
export function usSsn(faker: Faker): string {
  const area = faker.helpers.arrayElement([faker.number.int({ min: 1, max: 665 }), faker.number.int({ min: 667, max: 899 })]);
  const group = faker.number.int({ min: 1, max: 99 });
  const serial = faker.number.int({ min: 1, max: 9999 });
  return `${String(area).padStart(3, '0')}-${String(group).padStart(2, '0')}-${String(serial).padStart(4, '0')}`;
}

/** National Insurance number: two letters, six digits, A to D (HMRC, NIM39110). */
export function ukNino(faker: Faker): string {
  const first = faker.helpers.arrayElement(Array.from('ABCEHJKLMPRSTWXY'));
  const second = faker.helpers.arrayElement(Array.from('ACEHKLMPRTWXY'));
  const number = digits(faker, 6);
  return `${first}${second} ${number.slice(0, 2)} ${number.slice(2, 4)} ${number.slice(4)} ${faker.helpers.arrayElement(Array.from('ABCD'))}`;
}

/** NHS number: weights 10 to 2, modulo 11 (NHS Data Dictionary). */
export function ukNhs(faker: Faker): string {
  for (;;) {
    const stem = `4${digits(faker, 8)}`;
    const check = (11 - (sum(stem, (index) => 10 - index) % 11)) % 11;
    if (check < 10) return `${stem.slice(0, 3)} ${stem.slice(3, 6)} ${stem.slice(6)}${check}`;
  }
}

/** Steueridentifikationsnummer: one digit of the ten twice, ISO/IEC 7064 mod 11,10. */
export function deTaxId(faker: Faker): string {
  const pool = faker.helpers.shuffle(Array.from('0123456789')).slice(0, 9);
  pool.splice(faker.number.int({ min: 1, max: 8 }), 0, pool[faker.number.int({ min: 0, max: 8 })]!);
  if (pool[0] === '0' || /(\d)\1\1/.test(pool.join(''))) return deTaxId(faker);
  let product = 10;
  for (const digit of pool) {
    const total = (Number(digit) + product) % 10 || 10;
    product = (total * 2) % 11;
  }
  return pool.join('') + String((11 - product) % 10);
}

/** Numéro d'inscription au répertoire: 97 less the number modulo 97 (INSEE). */
export function frNir(faker: Faker): string {
  const month = String(faker.number.int({ min: 1, max: 12 })).padStart(2, '0');
  const department = String(faker.number.int({ min: 10, max: 95 })).replace('20', '21');
  const stem = `${faker.number.int({ min: 1, max: 2 })}${digits(faker, 2)}${month}${department}${digits(faker, 3)}${digits(faker, 3)}`;
  const key = String(97n - (BigInt(stem) % 97n)).padStart(2, '0');
  return [stem[0], stem.slice(1, 3), stem.slice(3, 5), stem.slice(5, 7), stem.slice(7, 10), stem.slice(10), key].join(' ');
}

const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';
/** Documento nacional de identidad: the letter is the number modulo 23. */
export function esDni(faker: Faker): string {
  const number = faker.number.int({ min: 10_000_000, max: 99_999_999 });
  return `${number}${dniLetters[number % 23]}`;
}
/** Número de identidad de extranjero: X, Y, Z are 0, 1, 2. */
export function esNie(faker: Faker): string {
  const first = faker.number.int({ min: 0, max: 2 });
  const number = digits(faker, 7);
  return `${'XYZ'[first]}${number}${dniLetters[Number(`${first}${number}`) % 23]}`;
}

const oddValues: Readonly<Record<string, number>> = Object.fromEntries(
  Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ').map((character, index) => [
    character,
    [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23][
      index
    ]!,
  ]),
);
/** Codice fiscale: a control letter over odd and even places (decree of 23 December 1976). */
export function itCodiceFiscale(faker: Faker): string {
  const consonants = () => faker.helpers.multiple(() => faker.helpers.arrayElement(Array.from('BCDFGLMNPRSTVZ')), { count: 3 }).join('');
  const day = String(faker.number.int({ min: 1, max: 28 }) + faker.helpers.arrayElement([0, 40])).padStart(2, '0');
  const place = `${faker.helpers.arrayElement(Array.from('ABCDEFGHIL'))}${digits(faker, 3)}`;
  const stem = `${consonants()}${consonants()}${digits(faker, 2)}${faker.helpers.arrayElement(Array.from('ABCDEHLMPRST'))}${day}${place}`;
  let total = 0;
  for (const [index, character] of Array.from(stem).entries()) {
    const even = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    total += index % 2 === 0 ? oddValues[character]! : even;
  }
  return stem + String.fromCharCode(65 + (total % 26));
}

/** Verhoeff's dihedral check (1969) over the digits from the right. */
function verhoeffDigit(stem: string): number {
  const times = (a: number, b: number) => (a < 5 ? (b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5)) : b < 5 ? 5 + ((a - b) % 5) : (5 + a - b) % 5);
  const step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  let check = 0;
  for (const [index, digit] of Array.from(stem).reverse().entries()) {
    let value = Number(digit);
    for (let turn = 0; turn <= index % 8; turn += 1) value = step[value]!;
    check = times(check, value);
  }
  return check === 0 || check > 4 ? check : 5 - check;
}
/** Aadhaar: twelve digits, the first from 2 on, the last by Verhoeff (UIDAI). */
export function inAadhaar(faker: Faker): string {
  const stem = `${faker.number.int({ min: 2, max: 9 })}${digits(faker, 10)}`;
  const all = stem + String(verhoeffDigit(stem));
  return `${all.slice(0, 4)} ${all.slice(4, 8)} ${all.slice(8)}`;
}

/** Cadastro de pessoas físicas: two digits, each modulo 11 (Receita Federal). */
export function brCpf(faker: Faker): string {
  let number = digits(faker, 9);
  if (/^(\d)\1+$/.test(number)) return brCpf(faker);
  for (const length of [10, 11]) {
    const rest = (sum(number, (index) => length - index) * 10) % 11;
    number += String(rest % 10);
  }
  return `${number.slice(0, 3)}.${number.slice(3, 6)}.${number.slice(6, 9)}-${number.slice(9)}`;
}

/** Resident identity number: ISO/IEC 7064 mod 11-2 (GB 11643-1999). */
export function cnResidentId(faker: Faker): string {
  const region = faker.helpers.arrayElement(['110101', '310104', '440305', '330106', '510107', '420106']);
  const born = faker.date.birthdate().toISOString().slice(0, 10).replaceAll('-', '');
  const stem = `${region}${born}${digits(faker, 3)}`;
  const rest = sum(stem, (index) => 2 ** (17 - index) % 11) % 11;
  return stem + '10X98765432'[rest]!;
}
