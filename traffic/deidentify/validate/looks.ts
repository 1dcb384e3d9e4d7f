import {
  entropyOf,
  isCodiceFiscale,
  isCpf,
  isDni,
  isGermanTaxId,
  isIban,
  isLuhn,
  isNhs,
  isNir,
  isResidentId,
  isVerhoeff,
} from './check-digits.ts';
import { decodeBase64 } from './readings.ts';

/**
 * One rule of the second look: simple, and of its own. Identifiers whose check digit one number in ten has by chance are looked for in their
 * written form (`123 456 7890`), or after a word that says what they are: stage 5 drops the whole request, and dropping is no way out.
 */
interface Look {
  readonly kind: string;
  /** Characters that a text must have for the pattern to be tried: see {@link marksOf}. */
  readonly needs: number;
  readonly pattern: RegExp;
  /** Given the match; without it every match counts. */
  readonly accepts?: (match: RegExpExecArray) => boolean;
}

const mark = { at: 1, colon: 2, digits: 4, point: 8, dash: 16, plus: 32, capital: 64, letter: 128, blank: 256 } as const;

const markOf: Readonly<Record<string, number>> = {
  '@': mark.at,
  ':': mark.colon,
  '.': mark.point,
  '-': mark.dash,
  '+': mark.plus,
  ' ': mark.blank,
};

/** Which kinds of character a text has; `digits` from four of them on. */
function marksOf(text: string): number {
  let marks = 0;
  let digits = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) digits += 1;
    else if (code >= 97) marks |= mark.letter;
    else if (code >= 65 && code <= 90) marks |= mark.capital | mark.letter;
    else marks |= markOf[text[index] ?? ''] ?? 0;
  }
  return digits >= 4 ? marks | mark.digits : marks;
}

const plain = (text: string): string => text.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase();
const digitsOf = (match: RegExpExecArray): string => match[0].replaceAll(/\D/g, '');
/** The group `id` of a match, without separators. */
const idOf = (match: RegExpExecArray): string => plain(match.groups?.['id'] ?? match[0]);

/** Length and first digits of the networks (ISO/IEC 7812-1; the networks' own ranges). Visa's 13 digits have expired, and every EAN has 13. */
const networks =
  /^(?:4(?:\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17})$/;

/** A day of a calendar as eight digits, in this century or the last. */
const isDay = (text: string): boolean => /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(text);

/** What may stand between a word that names a value and the value: quotes, a colon, a tag's end, a few letters. */
const gap = String.raw`["'\s:=>#.\w-]{0,24}?`;

const looks: readonly Look[] = [
  {
    kind: 'email',
    needs: mark.at | mark.point,
    pattern: /[^\s@"'<>&=?/,;:()[\]{}\\]{1,64}@[^\s@"'<>&=?/,;:()[\]{}\\]{1,190}\.(?:xn--[a-z0-9-]{2,}|\p{L}{2,})/giu,
  },
  { kind: 'bearer', needs: mark.letter, pattern: /\b(?:bearer|apikey)[\s+]+[\w.~/=+-]{8,}/gi },
  {
    kind: 'basic',
    needs: mark.letter,
    pattern: /\bbasic[\s+]+([\w/=+-]{8,})/gi,
    // Credentials of pseudonyms are read as text elsewhere; what is no text at all is looked at here.
    accepts: (match) => decodeBase64(match[1] ?? '') === null,
  },
  { kind: 'jwt', needs: mark.point | mark.letter, pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}/g },
  { kind: 'credentials', needs: mark.colon | mark.at, pattern: /:\/\/[^/\s:@]{1,200}:[^/\s@]{1,200}@/g },
  {
    kind: 'api-key',
    needs: mark.letter,
    pattern:
      /(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_\w{30,}|github_pat_\w{20,}|xox[abeprs]-[\w-]{10,}|[rsp]k_(?:live|test)_\w{10,}|AIza[\w-]{30,}|npm_[A-Za-z0-9]{30,}|glpat-[\w-]{16,}|SG\.[\w-]{16,}\.[\w-]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY)/g,
  },
  {
    kind: 'ip',
    needs: mark.digits | mark.point,
    pattern:
      /(?<![\d.vV])(?!0\.|10\.|127\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|2[45]\d\.)(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d]|\.\d)/g,
  },
  // Global unicast (RFC 4291) but documentation's own.
  {
    kind: 'ip',
    needs: mark.colon,
    pattern: /(?<![\w:.])(?!2001:0?db8:)[23][0-9a-f]{3}:(?:[0-9a-f]{1,4}:){0,6}(?::|:?[0-9a-f]{1,4})(?::[0-9a-f]{1,4}){0,5}(?![\w:])/gi,
    accepts: ([text]) => text.includes('::') || text.split(':').length === 8,
  },
  {
    kind: 'mac',
    needs: 0,
    pattern: /(?<![\w:-])(?!(?:00[:-]){5}|(?:ff[:-]){5})[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w:-])/gi,
  },
  { kind: 'phone', needs: mark.digits | mark.plus, pattern: /(?<![\w.])\+\d{1,3}[\s()./-]*\d(?:[\s()./-]*\d){6,13}(?!\d)/g },
  { kind: 'phone', needs: mark.digits | mark.dash, pattern: /(?<![\w(])\([2-9]\d{2}\) ?[2-9]\d{2}-\d{4}(?!\d)/g },
  {
    kind: 'card',
    needs: mark.digits,
    pattern: /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d]|\.\d)/g,
    accepts: (match) => networks.test(digitsOf(match)) && isLuhn(digitsOf(match)),
  },
  {
    kind: 'iban',
    needs: mark.digits | mark.letter,
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/gi,
    accepts: ([text]) => isIban(plain(text)),
  },
  {
    kind: 'us-ssn',
    needs: mark.digits | mark.dash,
    pattern: /(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g,
  },
  named('us-ssn', 'ssn|social.?security', String.raw`\d{3} ?\d{2} ?\d{4}`),
  {
    kind: 'uk-nino',
    needs: mark.digits | mark.letter,
    pattern: /(?<![A-Za-z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?![A-Za-z0-9])/g,
  },
  {
    kind: 'uk-nhs',
    needs: mark.digits,
    pattern: /(?<![\w-])\d{3}([ -])\d{3}\1\d{4}(?![\w-])/g,
    accepts: (match) => isNhs(digitsOf(match)),
  },
  named('uk-nhs', 'nhs', String.raw`\d{10}`, isNhs),
  {
    kind: 'de-tax',
    needs: mark.digits | mark.blank,
    pattern: /(?<![\w-])\d{2} \d{3} \d{3} \d{3}(?![\w-])/g,
    accepts: (match) => isGermanTaxId(digitsOf(match)),
  },
  named('de-tax', 'steuer|tax|idnr|tin', String.raw`\d{11}`, isGermanTaxId),
  {
    kind: 'fr-nir',
    needs: mark.digits,
    pattern: /(?<![\w-])[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?![\w-])/gi,
    accepts: ([text]) => isNir(plain(text)),
  },
  {
    kind: 'es-dni',
    needs: mark.digits | mark.letter,
    pattern: /(?<![\w-])(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z](?![\w-])/gi,
    accepts: ([text]) => isDni(plain(text)),
  },
  {
    kind: 'it-cf',
    needs: mark.digits | mark.letter,
    pattern: /(?<!\w)[A-Z]{6}[0-9L-NP-V]{2}[A-EHLMPRST][0-9L-NP-V]{2}[A-Z][0-9L-NP-V]{3}[A-Z](?!\w)/gi,
    accepts: ([text]) => isCodiceFiscale(plain(text)),
  },
  {
    kind: 'in-aadhaar',
    needs: mark.digits,
    pattern: /(?<![\w-])[2-9]\d{3}([ -])\d{4}\1\d{4}(?![\w-]| ?\d)/g,
    accepts: (match) => isVerhoeff(digitsOf(match)),
  },
  named('in-aadhaar', 'aadhaar|aadhar|uidai', String.raw`[2-9]\d{11}`, isVerhoeff),
  {
    kind: 'br-cpf',
    needs: mark.digits | mark.point,
    pattern: /(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])/g,
    accepts: (match) => isCpf(digitsOf(match)),
  },
  named('br-cpf', 'cpf', String.raw`\d{11}`, isCpf),
  {
    kind: 'cn-id',
    needs: mark.digits,
    pattern: /(?<![\w-])[1-8]\d{5}(?<day>\d{8})\d{3}[\dX](?![\w-])/gi,
    accepts: (match) => isDay(match.groups?.['day'] ?? '') && isResidentId(match[0]),
  },
  named('passport', 'passport|passeport|reisepass', String.raw`(?=(?:[A-Z]*\d){4})[A-Z0-9]{7,9}`),
  { kind: 'passport', needs: mark.capital, pattern: /(?<!\w)P[<A-Z][A-Z]{3}[A-Z]+<<[A-Z<]{5,}/g },
  named('birth', 'dob|birth|born|geburt|naissance|nacimiento|nascita', String.raw`(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4})`),
  named('coordinate', 'lat|latitude|lon|lng|longitude', String.raw`-?\d{1,3}\.\d{4,}`),
  { kind: 'coordinate', needs: mark.digits | mark.point, pattern: /(?<![\w.])-?[1-8]?\d\.\d{4,},\s?-?1?\d{1,2}\.\d{4,}(?![\w.])/g },
  { kind: 'name', needs: mark.capital | mark.blank, pattern: /(?<!\p{L})(?:Mrs?|Ms|Herrn?|Frau|Mme|Señora?)\.? \p{Lu}\p{Ll}{2,}/gu },
  {
    kind: 'address',
    needs: mark.capital | mark.blank,
    pattern:
      /(?<!\w)\d{1,5}[a-z]? \p{Lu}\p{L}{2,}(?: \p{Lu}\p{L}+)? (?:Street|Road|Avenue|Lane|Drive|Boulevard|Blvd)(?!\p{L})|\p{Lu}\p{L}{2,}(?:straße|strasse|gasse|allee) \d{1,4}(?!\d)/gu,
  },
  {
    kind: 'secret',
    needs: mark.digits | mark.capital,
    // The longest text that one random character in 64 is all of: above 4.5 bits a character no word of a language stands (Shannon 1951 has English at most 4.2).
    // Behind "%" may be an escape: the decoded reading has all of it.
    pattern: /(?<![\w/+-]|%(?=[0-9A-Fa-f]{2}))(?=[\w/+-]*\d)(?=[\w/+-]*[a-z])(?=[\w/+-]*[A-Z])[\w/+-]{32,}={0,2}(?![\w/+-])/g,
    accepts: ([text]) => entropyOf(text) > 4.5 && decodeBase64(text) === null && !isPathOfTexts(text),
  },
];

/** Words in a row, `by-dateOfBirth`. */
const words = /^[A-Z]?[a-z]+(?:[-_][a-z]+|[-_]?[A-Z][a-z]+)*$/;

/** True for words of a route with base64 of text among them: the text is a reading of its own, and is looked at there. */
function isPathOfTexts(text: string): boolean {
  const parts = text.split('/');
  return parts.length > 1 && parts.every((part) => words.test(part) || entropyOf(part) <= 3.5 || decodeBase64(part) !== null);
}

/** An identifier of a form that many numbers have, after a word that says what it is: by itself (`dob`) or in a name (`dateOfBirth`). */
function named(kind: string, names: string, form: string, accepts?: (id: string) => boolean): Look {
  const anyCase = names.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
  const inName = names.replaceAll(/(?<![a-z?.])[a-z]/g, (letter) => letter.toUpperCase());
  return {
    kind,
    needs: mark.letter,
    pattern: new RegExp(
      String.raw`(?:(?<![A-Za-z])(?:${anyCase})|(?<=[a-z])(?:${inName}))(?![a-z])${gap}(?<![A-Za-z0-9])(?<id>${form})(?![A-Za-z0-9])`,
      'g',
    ),
    ...(accepts === undefined ? {} : { accepts: (match: RegExpExecArray) => accepts(idOf(match)) }),
  };
}

/** The kinds that the second look knows. */
export const lookKinds: readonly string[] = [...new Set(looks.map(({ kind }) => kind))];

/** What a text looks like that would identify somebody; null for nothing. */
export function suspicionOf(text: string): string | null {
  const marks = marksOf(text);
  for (const { kind, needs, pattern, accepts } of looks) {
    if ((marks & needs) !== needs) continue;
    for (const match of text.matchAll(pattern)) if (accepts === undefined || accepts(match)) return kind;
  }
  return null;
}
