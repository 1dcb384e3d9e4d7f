import { hasMrzChecks, mrzLineOf, withMrzChecks, type MrzLine } from '../checks/mrz.ts';
import { fillMask, fillTemplate, templateOf, type Template } from '../template.ts';
import { layoutOf, writeInto } from './layout.ts';

export type ValueShape =
  /** `decade` is the first three digits of the year: people of an age stay people of an age. */
  | { readonly form: 'day'; readonly layout: Template; readonly decade: string; readonly yearFirst: boolean }
  | { readonly form: 'mac'; readonly layout: Template; readonly upper: boolean }
  | { readonly form: 'uuid'; readonly upper: boolean; readonly version: string; readonly isRfc: boolean }
  | { readonly form: 'ulid' }
  /** `tens` is what stays of the whole part: the sign, and all but its last digit. */
  | { readonly form: 'coordinate'; readonly tens: string; readonly whole: number; readonly decimals: number }
  /** `kind` is what a first line begins with: which document it is. */
  | { readonly form: 'mrz'; readonly template: Template; readonly line: MrzLine; readonly kind: string };

type Of<Form extends ValueShape['form']> = Extract<ValueShape, { form: Form }>;

const monthWords = /jan|feb|mar|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|märz/i;
const shortMonths = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const longMonths = 'January February March April May June July August September October November December'.split(' ');

const dayForms = [
  /^(?<decade>\d{3})\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/,
  /^(?<decade>\d{3})\d[-./]\d{1,2}[-./]\d{1,2}(?!\d)/,
  /^\d{1,2}([-./])\d{1,2}\1(?<decade>\d{3}|\d)\d(?!\d)/,
];
const wordedDay = /(?<!\d)(?<decade>\d{3})\d(?!\d)/;

/** A day as `1984-05-17`, `19840517`, `17.5.1984`, `05/17/84`, `17 May 1984` or `May 17, 1984`, whatever follows it. */
export function dayShape(raw: string): ValueShape | null {
  const worded = monthWords.test(raw);
  const found = (worded ? [wordedDay] : dayForms).map((form) => form.exec(raw)).find((match) => match !== null);
  const decade = found?.groups?.['decade'];
  if (decade === undefined) return null;
  const text = raw.replace(/\p{L}{3,}/u, (word) => (worded ? (word.length > 4 ? longMark : shortMark) : word));
  return { form: 'day', layout: layoutOfDay(text), decade, yearFirst: /^\d{4}/.test(raw) };
}

const longMark = '\uE010';
const shortMark = '\uE011';

const layoutOfDay = (text: string) =>
  text
    .split(/([\uE010\uE011]|(?<=\d)[TZ](?=\d|$))/)
    .map((part, index) => (index % 2 === 1 ? part : layoutOf(part)))
    .join('') as Template;

const two = (value: number) => String(value).padStart(2, '0');

/** A day that every calendar has; month and day are at most 12, so that either order is right. The same day in every way of writing; its time is midnight. */
export function renderDay({ layout, decade, yearFirst }: Of<'day'>, next: () => number): string {
  const year = decade + String(next() % 10);
  const month = 1 + (next() % 12);
  const day = 1 + (next() % 12);
  const word = layout.includes(longMark) ? longMonths[month - 1] : layout.includes(shortMark) ? shortMonths[month - 1] : undefined;
  const numbers = yearFirst ? [year, month, day] : word === undefined ? [day, month, year] : [day, year];
  let index = 0;
  const text = layout.replaceAll(/\uE002+/g, ({ length }) => {
    if (length === 8) return year + two(month) + two(day);
    const value = numbers[index++] ?? 0;
    return typeof value === 'string' ? value : length === 1 ? String(((value + 8) % 9) + 1) : String(value).padStart(length, '0');
  });
  return fillMask(text).replace(/[\uE010\uE011]/, word ?? '');
}

export function macShape(raw: string): ValueShape | null {
  const hex = raw.replaceAll(/[:.-]/g, '');
  if (!/^[0-9a-f]{12}$/i.test(hex)) return null;
  return { form: 'mac', layout: raw.replaceAll(/[0-9a-f]/gi, '\uE001') as Template, upper: /[A-F]/.test(hex) };
}

/** A locally administered address of one station (IEEE 802, clause 8.4): no vendor's, so nobody's. */
export function renderMac({ layout, upper }: Of<'mac'>, next: () => number): string {
  let hex = (next() % 16).toString(16) + ('26ae'[next() % 4] ?? '2');
  while (hex.length < 12) hex += (next() % 16).toString(16);
  return writeInto(layout, upper ? hex.toUpperCase() : hex);
}

export function uuidShape(raw: string): ValueShape | null {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(raw)) return null;
  return { form: 'uuid', upper: /[A-F]/.test(raw), version: raw[14] ?? '4', isRfc: /[89ab]/i.test(raw[19] ?? '') };
}

/** Version and variant stay (RFC 9562); everything else, the time stamp of versions 1, 6 and 7 too, is replaced. */
export function renderUuid({ upper, version, isRfc }: Of<'uuid'>, next: () => number): string {
  const hex = (count: number) => Array.from({ length: count }, () => (next() % 16).toString(16)).join('');
  const variant = isRfc ? ('89ab'[next() % 4] ?? '8') : hex(1);
  const made = `${hex(8)}-${hex(4)}-${version}${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
  return upper ? made.toUpperCase() : made;
}

/** Crockford's alphabet; the first character is at most 7, or the number would not fit into 128 bits. */
export function renderUlid(next: () => number): string {
  const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  return String(next() % 8) + Array.from({ length: 25 }, () => alphabet[next() % 32]).join('');
}

export function coordinateShape(raw: string): ValueShape | null {
  const parts = /^([+-]?)(\d{1,3})(?:\.(\d+))?$/.exec(raw);
  if (parts === null) return null;
  const [, sign = '', whole = '', decimals = ''] = parts;
  return { form: 'coordinate', tens: sign + whole.slice(0, -1), whole: Number(whole), decimals: decimals.length };
}

/** Within ten degrees of the value and on its side of equator and meridian, with as many decimals; never beyond 90 or 180. */
export function renderCoordinate({ tens, whole, decimals }: Of<'coordinate'>, next: () => number): string {
  const last = whole === 90 || whole === 180 ? 0 : next() % 10;
  const isEdge = whole === 90 || whole === 180;
  let out = `${tens}${String(last)}${decimals > 0 ? '.' : ''}`;
  for (let index = 0; index < decimals; index += 1) out += isEdge ? '0' : String(next() % 10);
  return out;
}

export function mrzShape(raw: string): ValueShape | null {
  const line = hasMrzChecks(raw) ? mrzLineOf(raw) : null;
  return line === null ? null : { form: 'mrz', template: templateOf(raw), line, kind: line.days.length === 0 ? raw.slice(0, 2) : '' };
}

/** Dates within the line become days that exist; the check digits are right, but for the one of an identity card's second line that checks the first one too. */
export function renderMrz({ template, line: form, kind }: Of<'mrz'>, digest: Buffer): string {
  let line = kind + fillTemplate(template, digest).slice(kind.length);
  for (const at of form.days) {
    const day = `0${String(1 + (digest.readUInt8(at) % 9))}1${String(digest.readUInt8(at + 1) % 10)}`;
    line = line.slice(0, at + 2) + day + line.slice(at + 6);
  }
  if (form.sex !== null && template[form.sex] !== '<')
    line = line.slice(0, form.sex) + 'MF'[digest.readUInt8(0) % 2] + line.slice(form.sex + 1);
  return withMrzChecks(line, form);
}
