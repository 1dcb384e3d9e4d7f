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
import { eachSegment, makeupOf, mark, type Makeup } from './segments.ts';

/**
 * One rule of the second look: simple, and of its own. Identifiers whose check digit one number in ten has by chance are looked for in their
 * written form (`123 456 7890`), or after a word that says what they are: stage 5 drops the whole request, and dropping is no way out.
 */
interface Look {
  readonly kind: string;
  /** Bits of {@link mark}: characters that a piece of text must have for the pattern to be tried. */
  readonly needs: number;
  /** The least that every match has of them. */
  readonly least?: Partial<Omit<Makeup, 'marks'>>;
  /** For a form that goes on across pieces: whether a whole text may have it. It is then tried on that alone. */
  readonly whole?: (text: string) => boolean;
  /** With the flag `g`. No match has one of the characters in it at which {@link eachSegment} cuts, and nothing that it looks at beside the match is one. */
  readonly pattern: RegExp;
  /** Given the match; without it every match counts. */
  readonly accepts?: (match: RegExpExecArray) => boolean;
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
  {
    kind: 'bearer',
    needs: mark.letter | mark.gap,
    least: { run: 6 },
    pattern: /\b(?:bearer|apikey)[ \t\r\n+]{1,8}(?<id>[\w.~/=-][\w.~/=+-]{7,})/gi,
  },
  {
    kind: 'basic',
    needs: mark.letter | mark.gap,
    least: { run: 5 },
    pattern: /\bbasic[ \t\r\n+]{1,8}(?<id>[\w/=+-]{8,})/gi,
    // Credentials of pseudonyms are read as text elsewhere; what is no text at all is looked at here.
    accepts: (match) => decodeBase64(match.groups?.['id'] ?? '') === null,
  },
  { kind: 'jwt', needs: mark.point | mark.letter, least: { run: 11 }, pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}/g },
  {
    kind: 'credentials',
    needs: 0,
    whole: (text) => text.includes('://') && text.includes('@'),
    pattern: /:\/\/(?<id>[^/\s:@]{1,200}:[^/\s@]{1,200})@/g,
  },
  {
    kind: 'api-key',
    needs: mark.letter,
    least: { run: 10 },
    pattern:
      /(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_\w{30,}|github_pat_\w{20,}|xox[abeprs]-[\w-]{10,}|[rsp]k_(?:live|test)_\w{10,}|AIza[\w-]{30,}|npm_[A-Za-z0-9]{30,}|glpat-[\w-]{16,}|SG\.[\w-]{16,}\.[\w-]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY)/g,
  },
  {
    kind: 'ip',
    needs: mark.point,
    least: { digits: 4 },
    pattern:
      /(?<![\d.vV])(?!0\.|10\.|127\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|2[45]\d\.)(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d]|\.\d)/g,
  },
  // Global unicast (RFC 4291) but documentation's own.
  {
    kind: 'ip',
    needs: 0,
    least: { digits: 1, colons: 2 },
    pattern: /(?<![\w:.])(?!2001:0?db8:)[23][0-9a-f]{3}:(?:[0-9a-f]{1,4}:){0,6}(?::|:?[0-9a-f]{1,4})(?::[0-9a-f]{1,4}){0,5}(?![\w:])/gi,
    accepts: ([text]) => text.includes('::') || text.split(':').length === 8,
  },
  {
    kind: 'mac',
    needs: 0,
    least: { joints: 5 },
    pattern: /(?<![\w:-])(?!(?:00[:-]){5}|(?:ff[:-]){5})[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w:-])/gi,
  },
  { kind: 'phone', needs: mark.plus, least: { digits: 8 }, pattern: /(?<![\w.])\+\d{1,3}[\s()./-]*\d(?:[\s()./-]*\d){6,13}(?!\d)/g },
  { kind: 'phone', needs: 0, least: { digits: 10, joints: 1 }, pattern: /(?<![\w(])\([2-9]\d{2}\) ?[2-9]\d{2}-\d{4}(?!\d)/g },
  {
    kind: 'card',
    needs: 0,
    least: { digits: 13 },
    // The second character behind "%" is that of an escape, or of a number behind a literal one: that is looked at from its first digit.
    pattern: /(?<![\d.]|%[0-9A-Fa-f])\d(?:[ -]?\d){12,18}(?![\d]|\.\d)/g,
    accepts: (match) => networks.test(digitsOf(match)) && isLuhn(digitsOf(match)) && !isWithinDigest(match),
  },
  {
    kind: 'iban',
    needs: mark.letter,
    least: { digits: 2 },
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/gi,
    // Letters of both cases are those of base64, and looked at as what they say.
    accepts: ([text]) => isIban(plain(text)) && !(/[a-z]/.test(text) && /[A-Z]/.test(text) && decodeBase64(text) !== null),
  },
  {
    kind: 'us-ssn',
    needs: 0,
    least: { digits: 9, joints: 2 },
    pattern: /(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g,
  },
  named('us-ssn', 9, 'ssn|social.?security', String.raw`\d{3} ?\d{2} ?\d{4}`),
  {
    kind: 'uk-nino',
    needs: mark.capital,
    least: { digits: 6 },
    pattern: /(?<![A-Za-z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?![A-Za-z0-9])/g,
  },
  {
    kind: 'uk-nhs',
    needs: 0,
    least: { digits: 10 },
    pattern: /(?<![\w-])\d{3}([ -])\d{3}\1\d{4}(?![\w-])/g,
    accepts: (match) => isNhs(digitsOf(match)),
  },
  named('uk-nhs', 10, 'nhs', String.raw`\d{10}`, isNhs),
  {
    kind: 'de-tax',
    needs: mark.blank,
    least: { digits: 11 },
    pattern: /(?<![\w-])\d{2} \d{3} \d{3} \d{3}(?![\w-])/g,
    accepts: (match) => isGermanTaxId(digitsOf(match)),
  },
  named('de-tax', 11, 'steuer|tax|idnr|tin', String.raw`\d{11}`, isGermanTaxId),
  {
    kind: 'fr-nir',
    needs: 0,
    least: { digits: 14 },
    pattern: /(?<![\w-])[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?![\w-])/gi,
    accepts: ([text]) => isNir(plain(text)),
  },
  {
    kind: 'es-dni',
    needs: mark.letter,
    least: { digits: 7 },
    pattern: /(?<![\w-])(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z](?![\w-])/gi,
    accepts: ([text]) => isDni(plain(text)),
  },
  {
    kind: 'it-cf',
    needs: mark.letter,
    least: { run: 16 },
    pattern: /(?<!\w)[A-Z]{6}[0-9L-NP-V]{2}[A-EHLMPRST][0-9L-NP-V]{2}[A-Z][0-9L-NP-V]{3}[A-Z](?!\w)/gi,
    accepts: ([text]) => isCodiceFiscale(plain(text)),
  },
  {
    kind: 'in-aadhaar',
    needs: 0,
    least: { digits: 12 },
    pattern: /(?<![\w-])[2-9]\d{3}([ -])\d{4}\1\d{4}(?![\w-]| ?\d)/g,
    accepts: (match) => isVerhoeff(digitsOf(match)),
  },
  named('in-aadhaar', 12, 'aadhaar|aadhar|uidai', String.raw`[2-9]\d{11}`, isVerhoeff),
  {
    kind: 'br-cpf',
    needs: mark.point,
    least: { digits: 11, joints: 1 },
    pattern: /(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])/g,
    accepts: (match) => isCpf(digitsOf(match)),
  },
  named('br-cpf', 11, 'cpf', String.raw`\d{11}`, isCpf),
  {
    kind: 'cn-id',
    needs: 0,
    least: { digits: 17, run: 18 },
    pattern: /(?<![\w-])[1-8]\d{5}(?<day>\d{8})\d{3}[\dX](?![\w-])/gi,
    accepts: (match) => isDay(match.groups?.['day'] ?? '') && isResidentId(match[0]),
  },
  named('passport', 4, 'passport|passeport|reisepass', String.raw`(?=(?:[A-Z]*\d){4})[A-Z0-9]{7,9}`),
  {
    kind: 'passport',
    needs: 0,
    whole: (text) => text.includes('<<'),
    pattern: /(?<!\w)P[<A-Z][A-Z]{3}[A-Z]+<<[A-Z<]{5,}/g,
  },
  named('birth', 6, 'dob|birth|born|geburt|naissance|nacimiento|nascita', String.raw`(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4})`),
  named('coordinate', 5, 'lat|latitude|lon|lng|longitude', String.raw`-?\d{1,3}\.\d{4,}`),
  {
    kind: 'coordinate',
    needs: mark.point,
    least: { digits: 10 },
    pattern: /(?<![\w.])-?[1-8]?\d\.\d{4,},\s?-?1?\d{1,2}\.\d{4,}(?![\w.])/g,
  },
  { kind: 'name', needs: mark.capital | mark.blank, pattern: /(?<!\p{L})(?:Mrs?|Ms|Herrn?|Frau|Mme|Señora?)\.? (?<id>\p{Lu}\p{Ll}{2,})/gu },
  {
    kind: 'address',
    needs: mark.capital | mark.blank,
    least: { digits: 1 },
    pattern:
      /(?<!\w)\d{1,5}[a-z]? \p{Lu}\p{L}{2,}(?: \p{Lu}\p{L}+)? (?:Street|Road|Avenue|Lane|Drive|Boulevard|Blvd)(?!\p{L})|\p{Lu}\p{L}{2,}(?:straße|strasse|gasse|allee) \d{1,4}(?!\d)/gu,
  },
  {
    kind: 'secret',
    needs: mark.letter | mark.capital,
    least: { digits: 1, run: 32 },
    // The longest text that one random character in 64 is all of: above 4.5 bits a character no word of a language stands (Shannon 1951 has English at most 4.2).
    // Behind "%" may be an escape, and before that of "+", "/" or "=": the decoded reading has all of it.
    pattern: /(?<![\w/+-]|%(?=[0-9A-Fa-f]{2}))(?=[\w/+-]*\d)(?=[\w/+-]*[a-z])(?=[\w/+-]*[A-Z])[\w/+-]{32,}={0,2}(?![\w/+-]|%(?:2[BF]|3D))/g,
    accepts: (match) => entropyOf(match[0]) > 4.5 && decodeBase64(match[0]) === null && !isPathOfTexts(match[0]) && !isDigest(match),
  },
];

/** Words in a row, `by-dateOfBirth`. */
const words = /^[A-Z]?[a-z]+(?:[-_][a-z]+|[-_]?[A-Z][a-z]+)*$/;

/** True for base64 of as many bytes as SHA-1, SHA-256, SHA-384 or SHA-512 make, after a word that says that it is a digest. */
function isDigest({ 0: text, input, index }: RegExpExecArray): boolean {
  // Subresource integrity says of itself what it is.
  if (/^sha(?:256|384|512)-[\w/+]{20,88}={0,2}$/.test(text)) return true;
  const bare = text.replace(/^sha\d{3}-/, '');
  return (
    /^(?:.{27}=|.{43}=|.{64}|.{86}==)$/.test(bare) &&
    /(?:integrity|checksum|digest|sha-?\d{1,3})["'\s:=>-]{0,6}$/i.test(
      input.slice(Math.max(0, index - 24), index + text.length - bare.length),
    )
  );
}

/** True for digits in the middle of a hexadecimal digest, as long as MD5, SHA-1 or a SHA-2 makes one: one in some hundred has a card's number in it by chance. */
function isWithinDigest({ 0: text, input, index }: RegExpExecArray): boolean {
  const before = /[0-9a-f]*$/i.exec(input.slice(Math.max(0, index - 128), index))?.[0] ?? '';
  const behind = /^[0-9a-f]*/i.exec(input.slice(index + text.length, index + text.length + 128))?.[0] ?? '';
  return /[a-f]/i.test(before + behind) && [32, 40, 56, 64, 96, 128].includes(before.length + text.length + behind.length);
}

/** True for words of a route with base64 of text among them: the text is a reading of its own, and is looked at there. */
function isPathOfTexts(text: string): boolean {
  const parts = text.split('/');
  return parts.length > 1 && parts.every((part) => words.test(part) || entropyOf(part) <= 3.5 || decodeBase64(part) !== null);
}

/** An identifier of a form that many numbers have, after a word that says what it is: by itself (`dob`) or in a name (`dateOfBirth`). */
function named(kind: string, digits: number, names: string, form: string, accepts?: (id: string) => boolean): Look {
  const anyCase = names.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
  const inName = names.replaceAll(/(?<![a-z?.])[a-z]/g, (letter) => letter.toUpperCase());
  return {
    kind,
    needs: mark.letter,
    least: { digits },
    pattern: new RegExp(
      String.raw`(?:(?<![A-Za-z])(?:${anyCase})|(?<=[a-z])(?:${inName}))(?![a-z])${gap}(?<![A-Za-z0-9])(?<id>${form})(?![A-Za-z0-9])`,
      'g',
    ),
    ...(accepts === undefined ? {} : { accepts: (match: RegExpExecArray) => accepts(idOf(match)) }),
  };
}

/** The kinds that the second look knows. */
export const lookKinds: readonly string[] = [...new Set(looks.map(({ kind }) => kind))];

/** Looks by their place in the list: the first one's kind is what a request is dropped for. */
type Placed = readonly [place: number, look: Look];
const placed: readonly Placed[] = looks.map((look, place) => [place, look]);
const wholes = placed.filter(([, { whole }]) => whole !== undefined);
const ofSegments = placed.filter(([, { whole }]) => whole === undefined);

function mayHave({ needs, least = {} }: Look, makeup: Makeup): boolean {
  if ((makeup.marks & needs) !== needs) return false;
  const { digits = 0, colons = 0, joints = 0, run = 0 } = least;
  return makeup.digits >= digits && makeup.colons >= colons && makeup.joints >= joints && makeup.run >= run;
}

const maximumCandidates = 20_000;
const candidates = new Map<number, readonly Placed[]>();

/** The looks for a makeup, found once: it holds nothing of a text but counts. */
function candidatesFor(packed: number): readonly Placed[] {
  const known = candidates.get(packed);
  if (known !== undefined) return known;
  const makeup = makeupOf(packed);
  const able = ofSegments.filter(([, look]) => mayHave(look, makeup));
  if (candidates.size < maximumCandidates) candidates.set(packed, able);
  return able;
}

function sees({ pattern, accepts }: Look, text: string): boolean {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) if (accepts === undefined || accepts(match)) return true;
  return false;
}

/** Suspicions of one text at most: a request with more of them is no request of anybody's. */
const mostSuspicions = 32;

/** Every value in a text that looks as if it identified somebody, with the kind of its look. Slow: for what {@link suspicionOf} has found something in. */
export function suspicionsIn(text: string): readonly { readonly kind: string; readonly value: string }[] {
  const found: { kind: string; value: string }[] = [];
  for (const { kind, pattern, accepts } of looks) {
    pattern.lastIndex = 0; // where the last search stopped, and where matchAll would begin
    for (const match of text.matchAll(pattern)) {
      if (found.length >= mostSuspicions) return found;
      if (accepts === undefined || accepts(match)) found.push({ kind, value: match.groups?.['id'] ?? match[0] });
    }
  }
  return found;
}

/** What a text looks like that would identify somebody; null for nothing. */
export function suspicionOf(text: string): string | null {
  let first = looks.length;
  const tryAll = (able: readonly Placed[], part: string) => {
    for (const [place, look] of able) if (place < first && sees(look, part)) first = place;
  };
  for (const one of wholes) if (one[1].whole?.(text) === true) tryAll([one], text);
  eachSegment(text, (packed, start, end) => {
    const able = candidatesFor(packed);
    if (able.length > 0) tryAll(able, text.slice(start, end));
    return first === 0;
  });
  return looks[first]?.kind ?? null;
}
