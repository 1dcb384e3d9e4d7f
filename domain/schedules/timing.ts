import type { CalendarEntry, ScheduleSettings } from '../manifest/schedule-schema.ts';
import { calendarFieldNames, calendarFields, type CalendarTimes, readCalendar, readCron, readField } from './calendar.ts';

/** The times of a schedule in one form, whichever way they were written; what it is compared by. */
export interface Timing {
  readonly calendars: readonly CalendarTimes[];
  readonly intervals: readonly { readonly everySeconds: number; readonly offsetSeconds: number }[];
}

const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `90m` in seconds. The text is a valid duration. */
export function durationSeconds(text: string): number {
  return Number(text.slice(0, -1)) * unitSeconds[text.slice(-1) as keyof typeof unitSeconds];
}

/** The times of valid settings. */
export function timingOf({ cron, calendar, every, offset }: Pick<ScheduleSettings, 'cron' | 'calendar' | 'every' | 'offset'>): Timing {
  const ofCron = cron === undefined ? [] : [valid(readCron(cron))];
  return {
    calendars: [...ofCron, ...timesOf(calendar ?? [])],
    intervals:
      every === undefined
        ? []
        : [{ everySeconds: durationSeconds(every), offsetSeconds: offset === undefined ? 0 : durationSeconds(offset) }],
  };
}

/** The times of valid calendar entries. */
export function timesOf(entries: readonly CalendarEntry[]): readonly CalendarTimes[] {
  return entries.map((entry) => valid(readCalendar(entry)));
}

function valid(read: CalendarTimes | object | string): CalendarTimes {
  if (typeof read === 'object' && 'minute' in read) return read;
  throw new Error(`The times were not checked: ${JSON.stringify(read)}`);
}

/** Equal for timings with equal times, whichever order they were written in. */
export function timingKey({ calendars, intervals }: Timing): string {
  return [
    ...calendars.map(calendarKey).toSorted(),
    ...intervals.map(({ everySeconds, offsetSeconds }) => `${everySeconds}/${offsetSeconds % everySeconds}`).toSorted(),
  ].join(' ');
}

export function calendarKey(times: CalendarTimes): string {
  return calendarFieldNames.map((field) => times[field].join(',')).join(';');
}

/** The settings' times as a person wrote them: `cron 0 3 * * *`. */
export function timingText({ cron, calendar, every, offset }: Pick<ScheduleSettings, 'cron' | 'calendar' | 'every' | 'offset'>): string {
  if (cron !== undefined) return `cron ${cron}`;
  if (every !== undefined) return `every ${every}${offset === undefined ? '' : `, offset ${offset}`}`;
  return (calendar ?? []).map(entryText).join(' and ');
}

/** Times that nobody wrote in Hone's words. */
export function foreignTimingText({ calendars, intervals }: Timing): string {
  return [
    ...calendars.map((times) => entryText(Object.fromEntries(calendarFieldNames.map((field) => [field, valuesText(field, times)])))),
    ...intervals.map(
      ({ everySeconds, offsetSeconds }) => `every ${everySeconds}s${offsetSeconds === 0 ? '' : `, offset ${offsetSeconds}s`}`,
    ),
  ].join(' and ');
}

function valuesText(field: keyof CalendarTimes, times: CalendarTimes): string {
  const values = times[field].join(',');
  const any = readField(field, '*');
  return times[field].length === 0 || (typeof any !== 'string' && any.join(',') === values) ? '*' : values;
}

/** `03:30, dayOfWeek sun`: the time of day, or its fields where it is no single one, and what differs from the field left out. */
export function entryText(entry: CalendarEntry): string {
  const [hour, minute, second] = timeOfDay.map((field) => String(entry[field] ?? calendarFields[field].otherwise));
  const isOne = [hour, minute, second].every((value) => /^\d{1,2}$/.test(value!));
  const time = [hour, minute, ...(second === '0' ? [] : [second])].map((value) => value!.padStart(2, '0')).join(':');
  const said = calendarFieldNames.filter(
    (field) =>
      entry[field] !== undefined &&
      String(entry[field]) !== calendarFields[field].otherwise &&
      !(isOne && timeOfDay.some((one) => one === field)),
  );
  return [...(isOne ? [time] : []), ...said.map((field) => `${field} ${String(entry[field])}`)].join(', ');
}

const timeOfDay = ['hour', 'minute', 'second'] as const;
