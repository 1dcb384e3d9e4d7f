import type { FieldRules } from '../fields.ts';
import { isFullName } from '../fits.ts';

/**
 * Objects and pairs that say in one member which field they are about and hold its value in another: `{"name": "email", "value": …}`, `{"value": …,
 * "type": "phone"}`, `["dateOfBirth", …]`.
 */

/** Members that may name the field, and those that hold its value. */
const naming =
  'name|key|field|path|attribute|property|type|system|label|kind|question|title|fieldName|field_name|attributeName|column|parameter|param|k|n';
const holding = 'value|values|text|data|content|val|v|answer|answers|response|number|input|identifier|id|detail|nom|wert|valor|valeur';

/** Of these a member is as often the object's own name, and its `id` or `number` then its own. */
const ownNames = new Set(['name', 'title', 'label']);
const values = /^(?:val|answ|v$|text|data|content)/;

const namingMembers = new Set(naming.split('|'));
const holdingMembers = new Set(holding.split('|'));

export const isHolding = (name: string): boolean => holdingMembers.has(name);

const scalar = String.raw`(?:"(?:[^"\\]|\\.){0,2000}"|-?[\d.eE+-]{1,40}|true|false|null|\[\]|\{\})`;
const between = String.raw`(?:\s*,\s*"[^"\\]{1,60}"\s*:\s*${scalar}){0,6}?`;
/** From behind a member's value: the member that holds the value comes later in the same object. */
const valueComes = new RegExp(String.raw`${between}\s*,\s*"(${holding})"\s*:`, 'y');
/** From behind a member's name: a naming member comes behind its value. */
const nameComes = new RegExp(String.raw`\s*:\s*${scalar}${between}\s*,\s*"(?:${naming})"\s*:\s*"([^"\\]{1,64})"`, 'y');
/** From behind the first text of an array: one more value, and the array's end. */
const isPair = /\s*,\s*(?:"(?:[^"\\]|\\.)*"|-?[\d.]+)\s*\]/y;

/** The last part of a JSON pointer (RFC 6901) or of a URN; a question without its mark. */
const lastPart = (text: string) =>
  text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':', text.length - 2)) + 1).replace(/[?:*\s]+$/, '');

/** What two words of a name may be, too: a Mary Guest. */
const isOwner = /^(?:person|someone|reference)$/;

/** What a text says of a field; null for one that names none. */
export function labelOf(rules: FieldRules, text: string): string | null {
  if (text.length > 64 || text.length < 2) return null;
  const label = lastPart(text);
  const rule = label === '' ? undefined : rules([label])?.rule;
  if (rule === undefined) return null;
  return isOwner.test(rule) && isFullName(label) ? null : label;
}

/** The field that an object is about, when a member of this name with this value says so and a value follows. @param end of the value in the text */
export function labelBefore(rules: FieldRules, member: string, value: string, text: string, end: number): string | null {
  if (!namingMembers.has(member)) return null;
  valueComes.lastIndex = end;
  const holder = valueComes.exec(text)?.[1];
  return holder === undefined || (ownNames.has(member) && !values.test(holder)) ? null : labelOf(rules, value);
}

/** The field that an object is about, when that is said behind the member that holds the value. @param end of the member's name in the text */
export function labelBehind(rules: FieldRules, member: string, text: string, end: number): string | null {
  if (!holdingMembers.has(member)) return null;
  nameComes.lastIndex = end;
  const label = nameComes.exec(text)?.[1];
  return label === undefined ? null : labelOf(rules, label);
}

/** The field that a pair is about, by its first text. @param end of the text */
export function labelOfPair(rules: FieldRules, first: string, text: string, end: number): string | null {
  isPair.lastIndex = end;
  const pair = isPair.exec(text);
  if (pair === null || labelOf(rules, first) === null) return null;
  const second = /"((?:[^"\\]|\\.)*)"/.exec(pair[0])?.[1] ?? '';
  return rules([second]) === null ? labelOf(rules, first) : null;
}
