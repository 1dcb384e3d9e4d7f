import { isCompany } from './detect/companies.ts';
import { nameClass } from './detect/people.ts';
import type { FieldDecision } from './fields.ts';
import type { NameRule } from './field-words.ts';

const digitsIn = (text: string) => text.replaceAll(/\D/g, '').length;

/** What stands for no record, and for no secret. */
const isNothing = /^(?:0|-1|null|none|nil|true|false|n\/?a|-+|undefined|me|self|current|all|any|\*)$/i;
const isSetting = /^(?:true|false|yes|no|on|off|null|none|basic|bearer|digest|required|optional|enabled|disabled)$/i;
const isNumber = /^-?\d+(?:\.\d+)?$/;
/** `customers(first: 10)` asks for ten of them. */
const paging = /^(?:first|last)$/;

const isFile = /^[^\s@]+\.(?:pdf|png|jpe?g|gif|svg|webp|docx?|xlsx?|csv|txt|zip|gz|json|xml|html?|mp[34]|js|css)$/i;

/** What a value must have to be what its field's name says; a word in a field of numbers is a status, a method or a unit. */
const needs: Readonly<Partial<Record<NameRule, (text: string, name: string) => boolean>>> = {
  phone: (text) => digitsIn(text) >= 4 && !text.includes('://'),
  card: (text) => digitsIn(text) >= 4,
  iban: (text) => digitsIn(text) >= 2,
  national: (text) => digitsIn(text) >= 4,
  birth: (text) => digitsIn(text) >= 1 || /[日月年]/u.test(text),
  passport: (text) => (/\d/.test(text) && text.length >= 5) || /^[A-Z<]{7,}$/.test(text) || /[^\p{ASCII}]/u.test(text),
  token: (text) => !isSetting.test(text),
  record: (text) => !isNothing.test(text),
  name: (text, name) => !(paging.test(name) && isNumber.test(text)) && !isFile.test(text) && !isCompany(text),
  person: (text) => !isCompany(text),
  someone: (text) => !isCompany(text),
  'unknown-name': (text) => !isCompany(text),
};

/** False for a value that cannot be what the field's name says: the detectors alone decide on it. */
export function fits({ rule, name }: FieldDecision, text: string): boolean {
  return needs[rule]?.(text, name) ?? true;
}

const fullName = /^\p{Lu}[\p{L}\p{M}'’.-]+(?: \p{L}[\p{L}\p{M}'’.-]*){0,3} \p{Lu}[\p{L}\p{M}'’.-]+$/u;

/** Capitalised words in a row, and nothing else. */
export const isFullName = (text: string): boolean => fullName.test(text);

/** The same with somebody's name among the words. */
export function isKnownName(text: string): boolean {
  return fullName.test(text) && text.split(' ').some((word) => nameClass(word) === 'name');
}

/** The same with nothing but somebody's names. */
export function isWhollyName(text: string): boolean {
  return fullName.test(text) && text.split(' ').every((word) => nameClass(word) === 'name');
}

/** A number long enough, or mixed enough, to be one of many: of something that the vocabulary does not know. */
export function isLongNumber(text: string): boolean {
  if (/^\d{6,20}$/.test(text)) return true;
  return /^(?=(?:.*\d){4})(?=.*\p{Lu})[\p{Lu}\d]{2,}(?:[-/._]?[\p{Lu}\d]+){0,4}$/u.test(text) && text.length >= 7;
}
