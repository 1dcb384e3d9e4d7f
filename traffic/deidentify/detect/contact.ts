import { isInternationalNumber, isNationalNumber } from '../checks/phone.ts';
import { always, digitsOf, follows, type Detector } from './detector.ts';
import { has } from './marks.ts';

/** Countries whose trunk prefix is 0, by calling code: a plain run of digits that begins with 0 is held against their plans. */
const trunkZeroCodes = ['44', '49', '33', '31', '32', '41', '43', '46', '61', '81', '27', '64', '353', '90', '62'];
const phoneWords = /(?:tel|tél|phone|fon|mobile|mobil|móvil|cell|handy|fax|whatsapp|call|ring|sms|text|dial|reach)[^\n\d]{0,14}$/i;

function isTrunkNumber(value: string): boolean {
  const digits = digitsOf(value);
  return !digits.startsWith('00') && trunkZeroCodes.some((code) => isNationalNumber(code, digits.slice(1)));
}

function isNationalPhone(value: string): boolean {
  const digits = digitsOf(value);
  const isDate = /^\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4})$/.test(value);
  return digits.length >= 7 && digits.length <= 13 && !isDate;
}

export const contactDetectors: readonly Detector[] = [
  {
    name: 'email',
    kind: 'email',
    version: 2,
    may: { all: has.at },
    // RFC 6531: letters of any script on both sides. "/", "=", "?", "&" are left out: they end the value before an address more often than they stand in one.
    pattern:
      /(?<![\p{L}\p{M}\p{N}.!#$%'*+^_~-])[\p{L}\p{M}\p{N}!#$%*+^_~-][\p{L}\p{M}\p{N}.!#$%'*+^_~-]*[@＠][\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?)+/gu,
    accepts: always,
  },
  {
    name: 'quoted-email',
    kind: 'email',
    version: 1,
    may: { all: has.at | has.dot, text: (text) => text.includes('"@') },
    pattern: /"[^"\s@]{1,64}"@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu,
    accepts: always,
  },
];

export const phoneDetectors: readonly Detector[] = [
  {
    name: 'phone-international',
    kind: 'phone',
    version: 2,
    may: { all: has.digit, digits: 8 },
    pattern: /(?<![\w.+])(?:\+|00)[1-9](?:[ ().\-/\u00A0]{0,2}\d){6,14}(?![\dA-WYZa-wyz_])/g,
    accepts: (value) => value.startsWith('+') || isInternationalNumber(digitsOf(value).slice(2)),
  },
  {
    name: 'phone-national',
    kind: 'phone',
    version: 2,
    may: { all: has.digit, any: has.dash | has.space | has.dot | has.slash, digits: 7 },
    pattern: /(?<![\w.+-])(?:\(0\d{1,4}\)|0\d{1,4})[ ./-]{1,2}\d{2,8}(?:[ ./-]\d{2,6}){0,3}(?![\dA-WYZa-wyz_-])/g,
    accepts: isNationalPhone,
  },
  {
    name: 'phone-trunk',
    kind: 'phone',
    version: 1,
    may: { all: has.digit, digits: 10 },
    pattern: /(?<![\w.+:/-])0[1-9]\d{8,9}(?![\w.:/-])/g,
    accepts: isTrunkNumber,
  },
  {
    name: 'phone-north-america',
    kind: 'phone',
    version: 2,
    may: { all: has.digit, any: has.dash | has.space | has.dot | has.other, digits: 10 },
    pattern: /(?<![\w.+-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\dA-WYZa-wyz_-])/g,
    accepts: always,
  },
  {
    name: 'phone-area',
    kind: 'phone',
    version: 1,
    may: { all: has.digit, digits: 8, text: (text) => text.includes('(') },
    pattern: /(?<![\w.+-])\(\d{2,4}\) ?\d{3,5}[ -]?\d{3,4}(?![\dA-WYZa-wyz_-])/g,
    accepts: always,
  },
  {
    name: 'phone-china',
    kind: 'phone',
    version: 1,
    may: { all: has.digit, any: has.dash | has.space, digits: 11 },
    pattern: /(?<![\w.+-])1[3-9]\d[ -]\d{4}[ -]\d{4}(?![\w-])/g,
    accepts: always,
  },
  {
    name: 'phone-after-word',
    kind: 'phone',
    version: 1,
    may: { all: has.digit | has.lower, digits: 7 },
    pattern: /(?<![\w.+])[(+]?\d(?:[ ().\-/]{0,2}\d){6,13}(?![\dA-WYZa-wyz_])/g,
    accepts: (_, text, start) => follows(phoneWords, text, start),
  },
];
