import type { IdentifierKind } from '../../domain/model/identifier-kinds.ts';
import { fillMask, fillName, fillTemplate, byteStream, templateOf, type Template } from './template.ts';

export type { IdentifierKind };

/** What a pseudonym keeps of a value. */
export type Shape =
  | { readonly form: 'template' | 'name' | 'mask'; readonly template: Template }
  /** `publicDomain` is null for a domain that names an organisation. */
  | {
      readonly form: 'email';
      readonly local: Template;
      readonly publicDomain: string | null;
      readonly domain: Template;
      readonly tail: string;
    }
  | { readonly form: 'digits'; readonly layout: Template; readonly kept: string; readonly luhn: boolean }
  | { readonly form: 'ipv4' | 'ipv6' | 'empty' }
  /** `decade` is the first three digits of the year: people of an age stay people of an age. */
  | { readonly form: 'day'; readonly layout: Template; readonly decade: string }
  | { readonly form: 'prefixed'; readonly prefix: string; readonly template: Template };

/** Domains that name a mail provider or documentation, not an organisation. */
const publicDomains = new Set(
  (
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.de yahoo.co.uk icloud.com me.com aol.com ' +
    'proton.me protonmail.com gmx.de gmx.net web.de t-online.de mail.ru yandex.ru qq.com 163.com example.com example.org example.net'
  ).split(' '),
);

/** What a token may begin with that names its issuer and nobody else; a closed list, since any other beginning may be a person's name. */
const wellKnownPrefix = /^(?:(?:sk|pk|rk)_(?:live_|test_)?|(?:ghp|gho|ghs|github_pat)_|(?:xoxb|xoxp|glpat)-|eyJ)/;

/** The form of a value that its pseudonym hangs on: equal for all spellings of the same identifier. */
export function normalise(kind: IdentifierKind, raw: string): string {
  const text = raw.normalize('NFC').trim();
  if (kind === 'phone' || kind === 'card') {
    const digits = text.replaceAll(/\D/g, '');
    return digits === '' ? text : digits;
  }
  return kind === 'token' ? text : text.toLowerCase();
}

/** True when the digits have a valid check digit by Luhn (ISO/IEC 7812-1). */
export function hasLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** The shape of a value of a kind; a value that is not of the kind's form keeps length and classes alone. */
export function shapeOf(kind: IdentifierKind, raw: string): Shape {
  if (kind === 'drop') return { form: 'empty' };
  if (kind === 'mask') return { form: 'mask', template: templateOf(raw) };
  if (kind === 'name') return { form: 'name', template: templateOf(raw) };
  if (kind === 'birth') return dayShape(raw) ?? templateShape(raw);
  if (kind === 'email') return emailShape(raw) ?? { form: 'template', template: templateOf(raw) };
  if (kind === 'ip') return raw.includes(':') ? { form: 'ipv6' } : /^[\d.]+$/.test(raw) ? { form: 'ipv4' } : templateShape(raw);
  if (kind === 'phone' || kind === 'card') return digitShape(kind, raw) ?? templateShape(raw);
  if (kind === 'token') {
    const prefix = wellKnownPrefix.exec(raw)?.[0];
    if (prefix !== undefined) return { form: 'prefixed', prefix, template: templateOf(raw.slice(prefix.length)) };
  }
  return templateShape(raw);
}

function templateShape(raw: string): Shape {
  return { form: 'template', template: templateOf(raw) };
}

function emailShape(raw: string): Shape | null {
  const at = raw.lastIndexOf('@');
  if (at < 1) return null;
  const domain = raw.slice(at + 1);
  const dot = domain.lastIndexOf('.');
  const isPublic = publicDomains.has(domain.toLowerCase());
  return {
    form: 'email',
    local: templateOf(raw.slice(0, at)),
    publicDomain: isPublic ? domain : null,
    domain: templateOf(domain.slice(0, Math.max(0, dot))),
    tail: dot < 0 ? '' : domain.slice(dot),
  };
}

/** A day as `1984-05-17` or `17.5.1984`, whatever follows it. */
function dayShape(raw: string): Shape | null {
  const year = /^(\d{3})\d-\d{2}-\d{2}(?!\d)/.exec(raw) ?? /^\d{1,2}([./-])\d{1,2}\1(?<year>\d{3})\d(?!\d)/.exec(raw);
  if (year === null) return null;
  return { form: 'day', layout: templateOf(` ${raw}`).slice(1) as Template, decade: year.groups?.['year'] ?? year[1] ?? '' };
}

/** The first two digits stay (network of a card; country code or trunk prefix of a phone), the others are replaced. */
function digitShape(kind: 'phone' | 'card', raw: string): Shape | null {
  const digits = raw.replaceAll(/\D/g, '');
  if (digits.length < 5 || /\p{L}/u.test(raw)) return null;
  const luhn = kind === 'card' && hasLuhn(digits);
  const layout = templateOf(` ${raw.trim()}`).slice(1) as Template;
  return { form: 'digits', layout, kept: digits.slice(0, digits.length < 9 ? 1 : 2), luhn };
}

/** Writes the pseudonym: a function of digest and shape alone. */
export function renderPseudonym(shape: Shape, digest: Buffer, domainDigest: Buffer | null): string {
  switch (shape.form) {
    case 'empty':
      return '';
    case 'template':
      return fillTemplate(shape.template, digest);
    case 'mask':
      return fillMask(shape.template);
    case 'name':
      return fillName(shape.template, digest);
    case 'prefixed':
      return shape.prefix + fillTemplate(shape.template, digest);
    case 'email':
      return `${fillTemplate(shape.local, digest)}@${shape.publicDomain ?? fillTemplate(shape.domain, domainDigest ?? digest) + shape.tail}`;
    case 'digits':
      return renderDigits(shape, digest);
    case 'day':
      return renderDay(shape, digest);
    case 'ipv4':
      return `10.${digest[0]}.${digest[1]}.${1 + ((digest[2] ?? 0) % 254)}`;
    case 'ipv6':
    default:
      return `2001:db8:${[0, 2, 4, 6, 8, 10].map((at) => digest.readUInt16BE(at).toString(16)).join(':')}`;
  }
}

function renderDigits(shape: Extract<Shape, { form: 'digits' }>, digest: Buffer): string {
  const next = byteStream(digest);
  const places = Array.from(shape.layout).filter((character) => character === '\uE002').length;
  let digits = shape.kept;
  while (digits.length < places) digits += String(next() % 10);
  if (shape.luhn) {
    const stem = digits.slice(0, -1);
    digits = stem + Array.from('0123456789').find((check) => hasLuhn(stem + check));
  }
  let index = 0;
  return Array.from(shape.layout)
    .map((character) => (character === '\uE002' ? digits[index++] : character))
    .join('');
}

/** A day that every calendar has: month and day are at most 12, so that either order is right; of one digit where the value's are. */
function renderDay({ layout, decade }: Extract<Shape, { form: 'day' }>, digest: Buffer): string {
  const next = byteStream(digest);
  let number = 0;
  const day = layout.replaceAll(/[\uE002]+/g, (places) => {
    number += 1;
    if (number > 3) return '0'.repeat(places.length);
    if (places.length === 4) return decade + String(next() % 10);
    return places.length === 1 ? String(1 + (next() % 9)) : String(1 + (next() % 12)).padStart(2, '0');
  });
  return fillMask(day);
}
