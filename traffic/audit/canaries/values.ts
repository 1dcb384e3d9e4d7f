import { randomInt } from 'node:crypto';

/** A made-up identifier of a kind, under a name that its field may have. */
export interface CanaryKind {
  readonly kind: string;
  readonly field: string;
  /** A new value, of random digits and letters, with the check digits of its kind. */
  readonly make: () => string;
  /** True for what nothing but its field's name tells from a word or a number. */
  readonly isByName?: boolean;
}

const pick = (alphabet: string, length: number): string => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
const digits = (length: number): string => pick('0123456789', length);
const lower = (length: number): string => pick('abcdefghijklmnopqrstuvwxyz', length);
const upper = (length: number): string => pick('ABCDEFGHIJKLMNOPQRSTUVWXYZ', length);
const mixed = (length: number): string => `aZ4${pick('abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789', length - 3)}`;
/** Characters that differ from each other: of the highest entropy that so many have. */
const various = (length: number): string => {
  const alphabet = Array.from('abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789');
  return Array.from({ length }, () => alphabet.splice(randomInt(alphabet.length), 1)[0]).join('');
};
const word = (length: number): string => upper(1) + lower(length - 1);
const two = (least: number, most: number): string => String(randomInt(least, most + 1)).padStart(2, '0');

/** The first ending of a number that a check accepts: check digits by trying, so that no formula of the pipeline's is shared. */
function ended(stem: string, endings: readonly string[], accepts: (whole: string) => boolean): string {
  const end = endings.find((ending) => accepts(stem + ending));
  return end === undefined ? '' : stem + end;
}

/** A value with a check digit: stems are drawn until one has an ending. */
function checked(stem: () => string, endings: readonly string[], accepts: (whole: string) => boolean): string {
  for (;;) {
    const whole = ended(stem(), endings, accepts);
    if (whole !== '') return whole;
  }
}

const ten = Array.from('0123456789');
const hundred = ten.flatMap((first) => ten.map((second) => first + second));
const sum = (text: string, weight: (index: number) => number): number =>
  Array.from(text).reduce((total, digit, index) => total + Number(digit) * weight(index), 0);

const luhn = (whole: string): boolean =>
  Array.from(whole)
    .reverse()
    .reduce(
      (total, digit, index) => total + (index % 2 === 0 ? Number(digit) : Math.floor(Number(digit) / 5) + ((Number(digit) * 2) % 10)),
      0,
    ) %
    10 ===
  0;
const residue = (whole: string): boolean => sum(whole.slice(0, 17), (index) => 2 ** (17 - index) % 11) % 11 === (12 - checkOf(whole)) % 11;
const checkOf = (whole: string): number => (whole.endsWith('X') ? 10 : Number(whole.at(-1)));
const cpf = (whole: string): boolean =>
  ((sum(whole.slice(0, 9), (index) => 10 - index) * 10) % 11) % 10 === Number(whole[9]) &&
  ((sum(whole.slice(0, 10), (index) => 11 - index) * 10) % 11) % 10 === Number(whole[10]);
const iban = (whole: string): boolean =>
  BigInt(Array.from(whole.slice(4) + whole.slice(0, 4), (character) => Number.parseInt(character, 36)).join('')) % 97n === 1n;

/** Verhoeff's check (1969) by the group's product, computed. */
function verhoeff(whole: string): boolean {
  const times = (a: number, b: number) => (a < 5 ? (b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5)) : b < 5 ? 5 + ((a - b) % 5) : (5 + a - b) % 5);
  const step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  const turned = (digit: number, turns: number) => Array.from({ length: turns }).reduce<number>((value) => step[value] ?? 0, digit);
  return (
    Array.from(whole)
      .reverse()
      .reduce((carry, digit, index) => times(carry, turned(Number(digit), index % 8)), 0) === 0
  );
}

/** Nine different digits, one of them again, and the check digit of ISO 7064, MOD 11,10, found by trying. */
function germanTaxId(): string {
  const shuffled = Array.from('123456789');
  for (let index = shuffled.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    [shuffled[index], shuffled[other]] = [shuffled[other] ?? '1', shuffled[index] ?? '1'];
  }
  shuffled.splice(4, 0, shuffled[8] ?? '1');
  const accepts = (whole: string) => {
    const product = Array.from(whole.slice(0, 10)).reduce((carry, digit) => (((carry + Number(digit)) % 10 || 10) * 2) % 11, 10);
    return (product + Number(whole[10])) % 10 === 1;
  };
  return ended(shuffled.join(''), ten, accepts);
}

/** Italy's code with the letter that the decree's table gives (decree of 23 December 1976). */
function italianCode(): string {
  const stem = `${pick('BCDFGLMNPRSTVZ', 6)}${two(40, 99)}${pick('ABCDEHLMPRST', 1)}${two(1, 28)}${pick('ABCDEFGHIL', 1)}${digits(3)}`;
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
  const valueOf = (character: string) => (/\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65);
  const total = Array.from(stem).reduce(
    (all, character, index) => all + (index % 2 === 0 ? (odd[valueOf(character)] ?? 0) : valueOf(character)),
    0,
  );
  return stem + String.fromCharCode(65 + (total % 26));
}

/** `DE` with the check digits that fit the account. */
function germanIban(): string {
  const account = `37040044${digits(10)}`;
  const check = hundred.find((digitPair) => iban(`DE${digitPair}${account}`)) ?? '00';
  return `DE${check}${account}`;
}

/** Every kind that the issue of de-identification names and that has a form or a field's name of its own. */
export const canaryKinds: readonly CanaryKind[] = [
  { kind: 'email', field: 'contact', make: () => `${lower(7)}.${lower(6)}@${lower(9)}.example` },
  { kind: 'international email', field: 'contact', make: () => `${lower(6)}ö${lower(4)}@b${lower(4)}ü${lower(5)}.example` },
  { kind: 'phone', field: 'phone', make: () => `+49 170 ${pick('123456789', 1)}${digits(6)}` },
  { kind: 'card', field: 'card', make: () => checked(() => `4${digits(14)}`, ten, luhn) },
  { kind: 'iban', field: 'iban', make: germanIban },
  { kind: 'ipv4', field: 'clientIp', make: () => `93.${two(10, 99)}.${two(10, 99)}.${randomInt(100, 250)}` },
  {
    kind: 'ipv6',
    field: 'clientIp',
    make: () => `2a00:1450:${[1, 2, 3, 4].map(() => `${pick('123456789abcdef', 1)}${pick('0123456789abcdef', 3)}`).join(':')}:1:2`,
  },
  { kind: 'mac', field: 'device', make: () => ['3c', ...Array.from({ length: 5 }, () => pick('123456789abcdef', 2))].join(':') },
  { kind: 'us-ssn', field: 'ssn', make: () => `${randomInt(101, 600)}-${two(10, 99)}-${randomInt(1000, 9999)}` },
  { kind: 'uk-nino', field: 'nino', make: () => `AB${digits(6)}C` },
  {
    kind: 'uk-nhs',
    field: 'nhsNumber',
    isByName: true,
    make: () =>
      checked(
        () => `94${digits(7)}`,
        ten,
        (whole) => sum(whole, (index) => 10 - index) % 11 === 0,
      ),
  },
  { kind: 'es-dni', field: 'dni', make: () => spanishId() },
  { kind: 'fr-nir', field: 'nir', make: () => frenchNumber() },
  { kind: 'br-cpf', field: 'cpf', make: () => checked(() => digits(9), hundred, cpf) },
  {
    kind: 'cn-id',
    field: 'idNumber',
    make: () => checked(() => `11010519${two(50, 90)}${two(1, 12)}${two(1, 28)}${digits(3)}`, [...ten, 'X'], residue),
  },
  { kind: 'de-tax', field: 'steuerId', isByName: true, make: germanTaxId },
  { kind: 'it-codice-fiscale', field: 'codiceFiscale', make: italianCode },
  {
    kind: 'in-aadhaar',
    field: 'aadhaarNumber',
    isByName: true,
    make: () => checked(() => `${randomInt(2, 10)}${digits(10)}`, ten, verhoeff),
  },
  { kind: 'record', field: 'customerNumber', isByName: true, make: () => `${upper(2)}${pick('123456789', 1)}${digits(7)}` },
  { kind: 'prefixed record', field: 'reference', make: () => `cus_${mixed(14)}` },
  { kind: 'passport', field: 'passportNumber', isByName: true, make: () => `C${digits(8)}` },
  { kind: 'birth', field: 'dateOfBirth', isByName: true, make: () => `19${two(50, 99)}-${two(1, 12)}-${two(1, 28)}` },
  { kind: 'coordinate', field: 'latitude', isByName: true, make: () => `${two(35, 60)}.${digits(5)}${pick('123456789', 1)}` },
  { kind: 'credentials', field: 'callback', make: () => `https://${lower(8)}:${mixed(12)}@a.test/` },
  {
    kind: 'jwt',
    field: 'assertion',
    make: () => `eyJ${Buffer.from(`"alg":"HS256","n":"${lower(6)}"`).toString('base64url')}.${mixed(24)}.${mixed(20)}`,
  },
  { kind: 'api-key', field: 'credential', make: () => `sk_live_${mixed(24)}` },
  { kind: 'secret', field: 'value', make: () => various(40) },
  { kind: 'name', field: 'lastName', isByName: true, make: () => word(11) },
  { kind: 'address', field: 'street', isByName: true, make: () => `${randomInt(10, 999)} ${word(9)} Street` },
];

function spanishId(): string {
  const number = `${randomInt(1, 9)}${digits(7)}`;
  return number + 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23];
}

function frenchNumber(): string {
  const number = `2${two(50, 99)}${two(1, 12)}${two(10, 90)}${digits(6)}`;
  return number + String(97 - Number(BigInt(number) % 97n)).padStart(2, '0');
}
