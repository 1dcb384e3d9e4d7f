import { isCard } from '../checks/card.ts';
import { hasLuhn, luhnDigit } from '../checks/digits.ts';
import { ibanCheck, isIban } from '../checks/iban.ts';
import { nationalSchemes, schemeOf, compactNumber, type NationalSchemeName } from '../checks/national.ts';
import { callingCodeOf, callingCodeOfRegion, isNationalNumber } from '../checks/phone.ts';
import { fillTemplate, templateOf, type Template } from '../template.ts';
import { layoutOf, placesOf, writeInto } from './layout.ts';

export type NumberShape =
  | { readonly form: 'card'; readonly layout: Template; readonly kept: string; readonly valid: 'card' | 'luhn' | 'none' }
  /** `kept` is what stays of the number's beginning; `plan` names the numbering plan that the number was of. */
  | {
      readonly form: 'phone';
      readonly layout: Template;
      readonly kept: string;
      readonly plan: { readonly code: string; readonly from: number; readonly national: number } | null;
    }
  | { readonly form: 'national'; readonly layout: Template; readonly scheme: NationalSchemeName; readonly like: string }
  | { readonly form: 'iban'; readonly layout: Template; readonly country: string; readonly account: string }
  /** A number with a wrong check digit or length; `kept` is its country. */
  | { readonly form: 'wrong'; readonly of: 'national' | 'iban'; readonly layout: Template; readonly kept: string };

/** How often a pseudonym is made anew until it is of the range that the value was of; the chance to fail is below one in a thousand for every range. */
const attempts = 64;

export function cardShape(raw: string): NumberShape | null {
  const digits = raw.replaceAll(/\D/g, '');
  if (digits.length < 5 || /\p{L}/u.test(raw)) return null;
  const valid = isCard(digits) ? 'card' : hasLuhn(digits) ? 'luhn' : 'none';
  return { form: 'card', layout: layoutOf(raw.trim()), kept: digits.slice(0, digits.length < 9 ? 1 : 2), valid };
}

export function renderCard({ layout, kept, valid }: Extract<NumberShape, { form: 'card' }>, next: () => number): string {
  const places = placesOf(layout);
  let digits = '';
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    digits = kept + decimals(next, places - kept.length - 1);
    const check = luhnDigit(digits);
    digits += valid === 'none' ? String((Number(check) + 1 + (next() % 9)) % 10) : check;
    if (valid !== 'card' || isCard(digits)) break;
  }
  return writeInto(layout, digits);
}

/** The digits by which a phone number is known however it is written: `00` before a calling code is `+`. */
export function phoneDigits(text: string): string {
  const digits = text.replaceAll(/\D/g, '');
  return digits.startsWith('00') && internationalPlan(digits.slice(2)) !== null ? digits.slice(2) : digits;
}

interface Plan {
  readonly code: string;
  readonly from: number;
}

/** Which plan a number is of. Ten digits of North America go first: most are some country's international number by chance. */
function planOf(digits: string, isInternational: boolean, region: string | null): Plan | null {
  const home = callingCodeOfRegion(region);
  const international = internationalPlan(digits);
  if (isInternational && international !== null) return international;
  if (home !== null && isNationalNumber(home, digits)) return { code: home, from: 0 };
  if (/^[2-9]\d{2}[2-9]\d{6}$/.test(digits)) return { code: '1', from: 0 };
  const codes = home === null ? trunkCodes : [home, ...trunkCodes];
  const trunk = digits[0] === '0' ? codes.find((code) => isNationalNumber(code, digits.slice(1))) : undefined;
  return trunk === undefined ? international : { code: trunk, from: 1 };
}

function internationalPlan(digits: string): Plan | null {
  const code = callingCodeOf(digits);
  return code !== null && isNationalNumber(code, digits.slice(code.length)) ? { code, from: code.length } : null;
}

/** What a number's pseudonym hangs on: the same for its national and its international spelling. @param digits what {@link phoneDigits} gives */
export function phoneIdentity(digits: string, { plan }: Extract<NumberShape, { form: 'phone' }>): string {
  return plan === null ? digits : plan.code + digits.slice(-plan.national);
}

const trunkCodes = ['49', '44', '33', '31', '32', '41', '43', '61', '81', '27', '64', '353', '90', '62'];

/**
 * Calling code and the first digits of the national number stay, six digits and more are replaced: the region is kept, the line is not.
 * @param region of a number without calling code; null where nothing says it
 */
export function phoneShape(raw: string, region: string | null = null): NumberShape | null {
  if (/\p{L}/u.test(raw.replace(/\s?(?:x|ext\.?)\s?\d+$/i, ''))) return null;
  const written = raw.replaceAll(/\D/g, '');
  if (written.length < 5) return null;
  const digits = phoneDigits(raw);
  const prefix = written.slice(0, written.length - digits.length);
  const isInternational = raw.trim().startsWith('+') || prefix !== '';
  const plan = planOf(digits, isInternational, region);
  const national = plan === null ? 0 : digits.length - plan.from;
  const keep = plan === null ? (digits.length < 9 ? 1 : 2) : plan.from + Math.max(0, Math.min(3, national - 6));
  return {
    form: 'phone',
    layout: layoutOf(raw.trim()),
    kept: prefix + digits.slice(0, keep),
    plan: plan && { code: plan.code, from: prefix.length + plan.from, national },
  };
}

export function renderPhone({ layout, kept, plan }: Extract<NumberShape, { form: 'phone' }>, next: () => number): string {
  const places = placesOf(layout);
  let digits = '';
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    digits = kept + decimals(next, places - kept.length);
    if (plan === null || isNationalNumber(plan.code, digits.slice(plan.from))) break;
  }
  return writeInto(layout, digits);
}

/** Of a number that satisfies no scheme nothing but length and classes is known, and that its pseudonym is to satisfy none either. */
export function nationalShape(raw: string): NumberShape | null {
  const scheme = schemeOf(raw);
  if (scheme === null) return { form: 'wrong', of: 'national', layout: templateOf(raw), kept: '' };
  const compact = compactNumber(raw);
  const like = scheme === 'fr-nir' || scheme === 'es-nie' ? compact.slice(0, 1) : '';
  return { form: 'national', layout: layoutOf(raw.trim()), scheme, like };
}

export function renderNational({ layout, scheme, like }: Extract<NumberShape, { form: 'national' }>, next: () => number): string {
  return writeInto(layout, nationalSchemes[scheme].make(next, like));
}

export function ibanShape(raw: string): NumberShape | null {
  const compact = compactNumber(raw);
  if (!isIban(compact)) {
    const country = /^([a-z]{2})\d{2}/i.exec(raw.trim())?.[1] ?? '';
    const layout = country === '' ? templateOf(raw) : layoutOf(raw.trim().slice(country.length));
    return { form: 'wrong', of: 'iban', layout, kept: country };
  }
  const account = compact.slice(4).replaceAll(/\d/g, '0').replaceAll(/[A-Z]/g, 'A');
  return { form: 'iban', layout: layoutOf(raw.trim()), country: compact.slice(0, 2), account };
}

/** Country and the classes of the account's characters stay; the check digits are right. National check digits within the account are not. */
export function renderIban({ layout, country, account }: Extract<NumberShape, { form: 'iban' }>, next: () => number): string {
  let made = '';
  for (const place of account) made += place === '0' ? String(next() % 10) : String.fromCharCode(65 + (next() % 26));
  return writeInto(layout, country + ibanCheck(country, made) + made);
}

/** What code rejects by its check digits is rejected as a pseudonym, too: by chance one number in ten, or in 97, would be right. */
export function renderWrong({ of, layout, kept }: Extract<NumberShape, { form: 'wrong' }>, next: () => number): string {
  let text = '';
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    text = kept + fillTemplate(layout, Buffer.from(Array.from({ length: 16 }, next)));
    if (of === 'iban' ? !isIban(compactNumber(text)) : schemeOf(text) === null) break;
  }
  return text;
}

function decimals(next: () => number, count: number): string {
  let out = '';
  for (let index = 0; index < count; index += 1) out += String(next() % 10);
  return out;
}
