import { hasVerhoeff, mod11And10Digit, mod97, verhoeffDigit, weighted } from './digits.ts';
import { codiceFiscaleLetter, isCodiceFiscale } from './codice-fiscale.ts';

/** A stream of bytes that a pseudonym is made of. */
export type Bytes = () => number;

/** How a country numbers its people: what a number must satisfy, and how a pseudonym that satisfies it is made. */
export interface NationalScheme {
  /** @param value upper case, without separators */
  readonly accepts: (value: string) => boolean;
  /** Another number of the scheme, upper case, without separators; a function of the bytes alone, but for what `like` says. */
  readonly make: (next: Bytes, like: string) => string;
}

const decimal = (next: Bytes, count: number) => Array.from({ length: count }, () => String(next() % 10)).join('');
const pick = (next: Bytes, alphabet: string) => alphabet[next() % alphabet.length] ?? '';
const two = (value: number) => String(value).padStart(2, '0');
const between = (next: Bytes, low: number, high: number) => low + (((next() << 8) | next()) % (high - low + 1));

const dniLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';
const dniLetter = (digits: string) => dniLetters[Number(digits) % 23] ?? '';
const nieDigits = (value: string) => `${'XYZ'.indexOf(value[0] ?? '')}${value.slice(1, 8)}`;

function cpfDigits(stem: string): string {
  const digit = (digits: string) => {
    const rest =
      (weighted(
        digits,
        Array.from(digits, (_, index) => digits.length + 1 - index),
      ) *
        10) %
      11;
    return String(rest % 10);
  };
  const first = digit(stem);
  return first + digit(stem + first);
}

const cnWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const cnCheck = (stem: string) => '10X98765432'[weighted(stem, cnWeights) % 11] ?? '';

function isDay(year: number, month: number, day: number): boolean {
  return year >= 1870 && year <= 2099 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/** Corsica's departments are counted as 19 and 18 (INSEE). */
const nirDigits = (value: string) => value.replace('2A', '19').replace('2B', '18');
const nirKey = (stem: string) => two(97 - mod97(nirDigits(stem)));

const nhsWeights = [10, 9, 8, 7, 6, 5, 4, 3, 2];
const nhsCheck = (stem: string) => (11 - (weighted(stem, nhsWeights) % 11)) % 11;

/** Among the first ten digits one occurs twice or three times, no other more than once (BZSt, since 2016). */
function hasIdnrForm(stem: string): boolean {
  const counts = Array.from('0123456789', (digit) => stem.split(digit).length - 1).filter((count) => count > 1);
  return stem[0] !== '0' && counts.length === 1 && (counts[0] ?? 9) <= 3;
}

function makeIdnr(next: Bytes): string {
  const digits = Array.from('0123456789');
  for (let index = digits.length - 1; index > 0; index -= 1) {
    const other = next() % (index + 1);
    [digits[index], digits[other]] = [digits[other] ?? '', digits[index] ?? ''];
  }
  // Nine different digits, the first no zero, and one of them once more.
  if (digits[0] === '0') [digits[0], digits[1]] = [digits[1] ?? '', '0'];
  const nine = digits.slice(0, 9);
  const at = 1 + (next() % 9);
  nine.splice(at, 0, nine[next() % 9] ?? '1');
  const stem = nine.join('');
  return stem + mod11And10Digit(stem);
}

/** The national identifiers with a check digit or a closed form, by country; the sources of the rules stand beside them. */
export const nationalSchemes = {
  /** Social Security Administration: no area 000, 666 or 9xx, no group 00, no serial 0000. 9xx with these groups is an ITIN (IRS). */
  'us-ssn': {
    accepts: (value) =>
      /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(value) || /^9\d\d(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/.test(value),
    make: (next) =>
      `${String(between(next, 1, 665)).padStart(3, '0')}${two(between(next, 1, 99))}${String(between(next, 1, 9999)).padStart(4, '0')}`,
  },
  /** HM Revenue and Customs, NIM39110. No check digit. */
  'gb-nino': {
    accepts: (value) => /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(value),
    make: (next) => pick(next, 'ABCEHJLMPRSTWXY') + pick(next, 'ACEHJLMPRSWXY') + decimal(next, 6) + pick(next, 'ABCD'),
  },
  /** NHS Data Dictionary: modulus 11, a check digit of ten is not issued. */
  'gb-nhs': {
    accepts: (value) => /^[1-9]\d{9}$/.test(value) && String(nhsCheck(value)) === value[9],
    make(next) {
      for (;;) {
        const stem = String(4 + (next() % 4)) + decimal(next, 8);
        const check = nhsCheck(stem);
        if (check < 10) return stem + String(check);
      }
    },
  },
  /** Bundeszentralamt für Steuern: ISO/IEC 7064, MOD 11,10. */
  'de-idnr': {
    accepts: (value) => /^\d{11}$/.test(value) && hasIdnrForm(value.slice(0, 10)) && mod11And10Digit(value.slice(0, 10)) === value[10],
    make: makeIdnr,
  },
  /** INSEE: sex, year, month, department, commune, order, and 97 less the remainder by 97. The sex of the number stays. */
  'fr-nir': {
    accepts: (value) =>
      /^[1-478]\d\d(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d\d|2[AB])\d{6}\d\d$/.test(value) && nirKey(value.slice(0, 13)) === value.slice(13),
    make(next, like) {
      const sex = /^[12]/.test(like) ? like.slice(0, 1) : '1';
      const stem = `${sex}${decimal(next, 2)}${two(between(next, 1, 12))}${two(between(next, 1, 95))}${String(between(next, 1, 990)).padStart(3, '0')}${String(between(next, 1, 999)).padStart(3, '0')}`;
      return stem.replace(/^(.{5})20/, '$121') + nirKey(stem.replace(/^(.{5})20/, '$121'));
    },
  },
  /** Real Decreto 1553/2005: the letter of the remainder by 23. */
  'es-dni': {
    accepts: (value) => /^\d{8}[A-Z]$/.test(value) && dniLetter(value.slice(0, 8)) === value[8],
    make(next) {
      const digits = decimal(next, 8);
      return digits + dniLetter(digits);
    },
  },
  /** Orden INT/2058/2008: X, Y, Z count as 0, 1, 2. */
  'es-nie': {
    accepts: (value) => /^[XYZ]\d{7}[A-Z]$/.test(value) && dniLetter(nieDigits(value)) === value[8],
    make(next, like) {
      const stem = (/^[XYZ]/.test(like) ? like.slice(0, 1) : 'X') + decimal(next, 7);
      return stem + dniLetter(nieDigits(stem));
    },
  },
  /** Decreto del Ministero delle Finanze 23 dicembre 1976. */
  'it-codice-fiscale': {
    accepts: isCodiceFiscale,
    make(next) {
      const consonants = 'BCDFGHLMNPRSTVZ';
      const letters = Array.from({ length: 6 }, () => pick(next, consonants)).join('');
      const stem = `${letters}${decimal(next, 2)}${pick(next, 'ABCDEHLMPRST')}${two(between(next, 1, 28) + (next() % 2) * 40)}${pick(next, 'ABCDEFGHIL')}${String(between(next, 100, 999))}`;
      return stem + codiceFiscaleLetter(stem);
    },
  },
  /** UIDAI: twelve digits, the first 2 to 9, Verhoeff. */
  'in-aadhaar': {
    accepts: (value) => /^[2-9]\d{11}$/.test(value) && hasVerhoeff(value),
    make(next) {
      const stem = String(2 + (next() % 8)) + decimal(next, 10);
      return stem + verhoeffDigit(stem);
    },
  },
  /** Receita Federal: two check digits modulus 11; eleven equal digits are not issued. The ninth digit, the fiscal region, is not kept; the first is no zero, so that a number stays one. */
  'br-cpf': {
    accepts: (value) => /^(\d)(?!\1{10})\d{10}$/.test(value) && cpfDigits(value.slice(0, 9)) === value.slice(9),
    make(next) {
      const stem = String(1 + (next() % 9)) + decimal(next, 8);
      const mixed = /^(\d)\1*$/.test(stem) ? `${stem.slice(0, 8)}0` : stem;
      return mixed + cpfDigits(mixed);
    },
  },
  /** GB 11643-1999: region, day of birth, order, ISO/IEC 7064, MOD 11-2. */
  'cn-resident': {
    accepts: (value) =>
      /^[1-9]\d{16}[\dX]$/.test(value) &&
      isDay(Number(value.slice(6, 10)), Number(value.slice(10, 12)), Number(value.slice(12, 14))) &&
      cnCheck(value.slice(0, 17)) === value[17],
    make(next) {
      const region = `${pick(next, '123456')}${String(1 + (next() % 3))}${two(between(next, 1, 12))}${two(between(next, 1, 20))}`;
      const stem = `${region}${String(between(next, 1940, 2005))}${two(between(next, 1, 12))}${two(between(next, 1, 28))}${decimal(next, 3)}`;
      return stem + cnCheck(stem);
    },
  },
} as const satisfies Readonly<Record<string, NationalScheme>>;

export type NationalSchemeName = keyof typeof nationalSchemes;

/** Separators that people write between the parts of a number. */
export const compactNumber = (text: string) => text.replaceAll(/[\s.\-/\u00A0]/g, '').toUpperCase();

const names = Object.keys(nationalSchemes) as NationalSchemeName[];

/** The scheme that a value satisfies; null for none. Where two would do, the one with more check digits comes first. */
export function schemeOf(text: string): NationalSchemeName | null {
  const value = compactNumber(text);
  if (value.length < 9 || value.length > 18) return null;
  return names.find((name) => nationalSchemes[name].accepts(value)) ?? null;
}
