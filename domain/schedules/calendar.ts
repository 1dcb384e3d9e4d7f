import type { CalendarEntry } from '../manifest/schedule-schema.ts';

/** The times of a calendar or cron entry: for each field the values that match, ascending. A second matches when every field does. No `year`: any. */
export interface CalendarTimes {
  readonly second: readonly number[];
  readonly minute: readonly number[];
  readonly hour: readonly number[];
  readonly dayOfMonth: readonly number[];
  readonly month: readonly number[];
  readonly year: readonly number[];
  readonly dayOfWeek: readonly number[];
}

export type CalendarField = keyof CalendarTimes;

interface FieldRule {
  readonly words: string;
  readonly from: number;
  readonly to: number;
  /** What is matched when the field is not written. */
  readonly otherwise: string;
  /** Names for the values from `from` on; three letters do. */
  readonly names?: readonly string[];
}

const months = 'january february march april may june july august september october november december'.split(' ');
const days = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

/** Fields and what they take; the bounds are those of Temporal's calendar specification, and of cron. */
export const calendarFields: Readonly<Record<CalendarField, FieldRule>> = {
  second: { words: 'a second', from: 0, to: 59, otherwise: '0' },
  minute: { words: 'a minute', from: 0, to: 59, otherwise: '0' },
  hour: { words: 'an hour', from: 0, to: 23, otherwise: '0' },
  dayOfMonth: { words: 'a day of the month', from: 1, to: 31, otherwise: '*' },
  month: { words: 'a month', from: 1, to: 12, otherwise: '*', names: months },
  year: { words: 'a year', from: 2000, to: 2100, otherwise: '*' },
  // 7 is Sunday too, as in cron.
  dayOfWeek: { words: 'a day of the week', from: 0, to: 7, otherwise: '*', names: days },
};

export const calendarFieldNames = Object.keys(calendarFields) as readonly CalendarField[];

/** The values of one field, or a sentence that says what is wrong: `"61" is not a minute: 0 to 59.` */
export function readField(field: CalendarField, written: string | number): readonly number[] | string {
  const rule = calendarFields[field];
  const values = new Set<number>();
  for (const part of String(written).split(',')) {
    const read = readPart(rule, part.trim());
    if (typeof read === 'string') return read;
    for (const value of read) values.add(field === 'dayOfWeek' && value === 7 ? 0 : value);
  }
  const all = [...values].toSorted((left, right) => left - right);
  return field === 'year' && all.length > rule.to - rule.from ? [] : all;
}

/** `*`, `5`, `mon`, `1-5`, any of them with `/2`. */
function readPart(rule: FieldRule, part: string): readonly number[] | string {
  const [span = '', stepText, ...more] = part.split('/');
  const step = stepText === undefined ? 1 : Number(stepText);
  if (more.length > 0 || (stepText !== undefined && !/^[1-9]\d{0,3}$/.test(stepText))) {
    return `"${part}" has no step that can be counted: write a whole number of at least 1 after one "/", for example */15.`;
  }
  const [first, last, ...rest] = span === '*' ? [String(rule.from), String(top(rule))] : span.split('-');
  const from = valueOf(rule, first ?? '');
  const to = last === undefined ? (stepText === undefined ? from : top(rule)) : valueOf(rule, last);
  if (from === null || to === null || rest.length > 0) return `"${part}" is not ${rule.words}: ${takes(rule)}.`;
  if (to < from) return `"${part}" ends before it begins: write two ranges, for example ${first!}-${top(rule)},${rule.from}-${last!}.`;
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

const top = (rule: FieldRule): number => (rule.names === days ? 6 : rule.to);

function valueOf(rule: FieldRule, text: string): number | null {
  if (/^\d{1,4}$/.test(text)) {
    const value = Number(text);
    return value >= rule.from && value <= rule.to ? value : null;
  }
  const word = text.toLowerCase();
  const index = (rule.names ?? []).findIndex((name) => name === word || (word.length === 3 && name.startsWith(word)));
  return index === -1 ? null : rule.from + index;
}

function takes({ from, to, names }: FieldRule): string {
  const range = `${from} to ${to}`;
  return names === undefined ? range : `${range}, or a name such as ${names[1]!.slice(0, 3)}`;
}

/** The times of one entry of `calendar`, or everything that is wrong with it, by field. */
export function readCalendar(entry: CalendarEntry): CalendarTimes | readonly { readonly field: CalendarField; readonly wrong: string }[] {
  const read = calendarFieldNames.map((field) => ({ field, values: readField(field, entry[field] ?? calendarFields[field].otherwise) }));
  const wrong = read.flatMap(({ field, values }) => (typeof values === 'string' ? [{ field, wrong: values }] : []));
  if (wrong.length > 0) return wrong;
  return Object.fromEntries(read.map(({ field, values }) => [field, values])) as unknown as CalendarTimes;
}

const cronFields = ['minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'] as const;
const shorthands: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

/** The times of a cron expression of five fields, or a sentence that says what is wrong with it. */
export function readCron(cron: string): CalendarTimes | string {
  const text = cron.trim();
  if (/^(CRON_)?TZ=/.test(text)) return 'it names a time zone of its own: write that in timeZone.';
  if (text.startsWith('@every')) return 'it is an interval: write every, for example every: 6h.';
  if (text.startsWith('@') && !Object.hasOwn(shorthands, text)) return `"${text}" is none of ${Object.keys(shorthands).join(', ')}.`;
  const parts = (shorthands[text] ?? text).split(/\s+/);
  if (parts.length !== cronFields.length) {
    return `it has ${parts.length === 1 && parts[0] === '' ? 0 : parts.length} fields, not five: minute, hour, day of the month, month, day of the week.`;
  }
  const [, , dayOfMonth, , dayOfWeek] = parts;
  // cron takes either of the two, Temporal both: who reads "0 3 1 * 1" cannot know.
  if (!dayOfMonth!.startsWith('*') && !dayOfWeek!.startsWith('*')) {
    return 'it names days of the month and days of the week, which some take as "either" and some as "both": write two entries of calendar, or one with both.';
  }
  const entry = Object.fromEntries(cronFields.map((field, index) => [field, parts[index]!])) as CalendarEntry;
  const read = readCalendar(entry);
  return 'minute' in read ? read : read[0]!.wrong;
}
