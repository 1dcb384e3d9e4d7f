import { isIP } from 'node:net';
import { hasLuhn, type IdentifierKind } from './identifiers.ts';

/** An identifier's place in a text. */
export interface Match {
  readonly kind: IdentifierKind;
  readonly start: number;
  readonly end: number;
}

interface Detector {
  readonly kind: IdentifierKind;
  /** Cheap necessary condition. */
  readonly may: (text: string) => boolean;
  readonly pattern: RegExp;
  readonly accepts: (value: string) => boolean;
}

const hasDigit = (text: string) => /\d/.test(text);
const always = () => true;
const digitsOf = (text: string) => text.replaceAll(/\D/g, '');

/** In order of precedence: what an earlier one took, a later one does not see. */
const detectors: readonly Detector[] = [
  {
    kind: 'token',
    may: (text) => text.includes('://') && text.includes('@'),
    pattern: /(?<=[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+(?=@)/gi,
    accepts: always,
  },
  {
    kind: 'email',
    may: (text) => text.includes('@'),
    pattern:
      /[\p{L}\p{N}!#$%&*+/=?^_`{|}~-][\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]*@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)+/gu,
    accepts: always,
  },
  { kind: 'token', may: (text) => text.includes('eyJ'), pattern: /eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g, accepts: always },
  { kind: 'token', may: (text) => /bearer/i.test(text), pattern: /(?<=\bbearer\s+)[\w.~+/=-]{4,}/gi, accepts: always },
  {
    kind: 'token',
    may: (text) => text.length >= 12 && text.includes('_'),
    pattern: /\b(?:sk|pk|rk|ghp|gho|ghs|xoxb|xoxp|glpat|github_pat)[_-](?:live_|test_)?[\w-]{10,}/g,
    accepts: always,
  },
  {
    kind: 'token',
    may: (text) => text.length >= 20 && hasDigit(text),
    pattern: /(?<![\w.-])[\w-]{20,}={0,2}(?![\w-])/g,
    accepts: isOpaque,
  },
  {
    kind: 'ip',
    may: (text) => hasDigit(text) && text.includes('.'),
    pattern: /(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)/g,
    accepts: (value) => isIP(value) === 4,
  },
  {
    kind: 'ip',
    may: (text) => text.indexOf(':') !== text.lastIndexOf(':'),
    pattern: /(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi,
    accepts: (value) => isIP(value) === 6 && value.length > 2,
  },
  {
    kind: 'card',
    may: hasDigit,
    pattern: /(?<![\d.])[2-6]\d(?:[ -]?\d){11,17}(?![\d]|\.\d)/g,
    accepts: (value) => hasLuhn(digitsOf(value)),
  },
  {
    kind: 'phone',
    may: hasDigit,
    pattern: /(?<![\w.])(?:\+|00)[1-9](?:[ ().\-/]{0,2}\d){6,14}(?![\w])/g,
    accepts: always,
  },
  {
    kind: 'phone',
    may: hasDigit,
    pattern: /(?<![\w.+-])(?:\(0\d{1,4}\)|0\d{1,4})[ ./-]{1,2}\d{2,8}(?:[ ./-]\d{2,6}){0,3}(?![\w-])/g,
    accepts: isNationalPhone,
  },
  {
    kind: 'phone',
    may: hasDigit,
    pattern: /(?<![\w.+-])(?:\(\d{3}\)[ ]?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])/g,
    accepts: always,
  },
];

/** Long runs of letters and digits that no word or slug looks like: session ids, API keys, hashes. A UUID is an ordinary id. */
function isOpaque(value: string): boolean {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return false;
  if (/^[0-9a-f]{32,}$/i.test(value)) return true;
  const mixed = /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value);
  return mixed && !/[a-z]{7,}/.test(value) && !/^\d+[-_]\d+/.test(value);
}

function isNationalPhone(value: string): boolean {
  const digits = digitsOf(value);
  const isDate = /^\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4})$/.test(value);
  return digits.length >= 7 && digits.length <= 13 && !isDate;
}

/** What every detector needs at least one of: most values have none, and no detector has to look at them. */
const anyMark = /[\d@_:]|eyJ|bearer/i;

/** Every identifier in a text that shows itself by its form, without overlap, in the order of the text. */
export function detect(text: string): Match[] {
  if (text.length < 3 || !anyMark.test(text)) return [];
  const matches: Match[] = [];
  for (const { kind, may, pattern, accepts } of detectors) {
    if (!may(text)) continue;
    for (const found of text.matchAll(pattern)) {
      const start = found.index;
      const end = start + found[0].length;
      const free = matches.every((other) => end <= other.start || start >= other.end);
      if (free && accepts(found[0])) matches.push({ kind, start, end });
    }
  }
  return matches.sort((a, b) => a.start - b.start);
}
