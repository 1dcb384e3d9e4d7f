import type { ScheduleSettings } from '../manifest/schedule-schema.ts';
import { readCalendar, readCron } from './calendar.ts';
import { durationSeconds } from './timing.ts';

/** One thing that is wrong with the settings of a schedule. */
export interface ScheduleFinding {
  /** Below the schedule's own path. */
  readonly path: readonly (string | number)[];
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly advice: string;
}

const leastSeconds = 60;

/** The rules between and inside of fields that one schema cannot say. Looks only at parts that have the right shape. */
export function scheduleFindings(value: Readonly<Record<string, unknown>>): readonly ScheduleFinding[] {
  return [
    ...kindFindings(value),
    ...cronFindings(value),
    ...calendarFindings(value),
    ...intervalFindings(value),
    ...zoneFindings(value),
    ...spanFindings(value),
  ];
}

const kinds = ['cron', 'calendar', 'every'] as const satisfies readonly (keyof ScheduleSettings)[];

function kindFindings(value: Readonly<Record<string, unknown>>): readonly ScheduleFinding[] {
  const [first, ...others] = kinds.filter((kind) => value[kind] !== undefined);
  const found: ScheduleFinding[] = others.map((kind) => ({
    path: [kind],
    at: 'key',
    message: `"${kind}" and "${first!}" both say when.`,
    advice: 'Keep one of them, or make two schedules.',
  }));
  if (first === undefined)
    found.push({
      path: [],
      at: 'key',
      message: 'Nothing says when: cron, calendar and every are missing.',
      advice: 'Add one, for example cron: "0 3 * * *".',
    });
  if (value['offset'] !== undefined && value['every'] === undefined)
    found.push({
      path: ['offset'],
      at: 'key',
      message: '"offset" moves the times of "every", which is missing.',
      advice: 'Remove it, or write every.',
    });
  return found;
}

function cronFindings({ cron }: Readonly<Record<string, unknown>>): readonly ScheduleFinding[] {
  if (typeof cron !== 'string' || cron === '') return [];
  const read = readCron(cron);
  if (typeof read !== 'string') return neverFindings(['cron'], [read]);
  return [
    {
      path: ['cron'],
      at: 'value',
      message: `The cron expression "${cron.slice(0, 60)}" is not understood: ${read}`,
      advice: 'For example "30 2 * * mon-fri": 02:30 from Monday to Friday.',
    },
  ];
}

function calendarFindings(value: Readonly<Record<string, unknown>>): readonly ScheduleFinding[] {
  return (['calendar', 'except'] as const).flatMap((key) => {
    const entries: unknown = value[key];
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry: unknown, index): readonly ScheduleFinding[] => {
      if (!isEntry(entry)) return [];
      const read = readCalendar(entry);
      if ('minute' in read) return neverFindings([key, index], [read]);
      return read.map(({ field, wrong }) => ({
        path: [key, index, field],
        at: 'value',
        message: wrong,
        advice: 'A value, a range (2-5), a step (*/15), or several with commas.',
      }));
    });
  });
}

const isEntry = (entry: unknown): entry is Readonly<Record<string, string | number>> =>
  typeof entry === 'object' &&
  entry !== null &&
  !Array.isArray(entry) &&
  Object.values(entry).every((value) => typeof value === 'string' || Number.isSafeInteger(value));

/** Days that no month has: 31 February, and with it a schedule that never starts anything. */
function neverFindings(
  path: readonly (string | number)[],
  entries: readonly { readonly dayOfMonth: readonly number[]; readonly month: readonly number[] }[],
): readonly ScheduleFinding[] {
  const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const never = entries.some(({ dayOfMonth, month }) => !month.some((one) => dayOfMonth.some((day) => day <= longest[one - 1]!)));
  return never
    ? [{ path, at: 'value', message: 'There is no such day in these months.', advice: 'Choose a day that one of the months has.' }]
    : [];
}

function intervalFindings({ every, offset }: Readonly<Record<string, unknown>>): readonly ScheduleFinding[] {
  if (!isDuration(every)) return [];
  if (durationSeconds(every) < leastSeconds)
    return [{ path: ['every'], at: 'value', message: `Every ${every} is too often.`, advice: 'A cycle takes minutes: write 1m or more.' }];
  if (!isDuration(offset) || durationSeconds(offset) < durationSeconds(every)) return [];
  return [
    {
      path: ['offset'],
      at: 'value',
      message: `An offset of ${offset} is not less than the interval, ${every}.`,
      advice: 'Write the rest that is left when whole intervals are taken away.',
    },
  ];
}

const isDuration = (value: unknown): value is string => typeof value === 'string' && /^[1-9]\d{0,6}[smhd]$/.test(value);

function zoneFindings({ timeZone }: Readonly<Record<string, unknown>>): readonly ScheduleFinding[] {
  if (typeof timeZone !== 'string' || timeZone === '') return [];
  const known = knownZone(timeZone);
  if (known === timeZone) return [];
  const advice = known === null ? 'Write a name of the IANA database, for example Europe/Berlin or UTC.' : `Write ${known}.`;
  return [{ path: ['timeZone'], at: 'value', message: `There is no time zone "${timeZone}".`, advice }];
}

/** The zone's name as the database writes it; null when there is none. Offsets ("+01:00") are none: Temporal does not take them. */
function knownZone(timeZone: string): string | null {
  if (!/^[A-Za-z]/.test(timeZone)) return null;
  try {
    const resolved = new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
    // An alias resolves to another name and stays as it was written.
    return resolved.toLowerCase() === timeZone.toLowerCase() ? resolved : timeZone;
  } catch {
    return null;
  }
}

function spanFindings({ startAt, endAt }: Readonly<Record<string, unknown>>): readonly ScheduleFinding[] {
  if (typeof startAt !== 'string' || typeof endAt !== 'string' || !(Date.parse(endAt) <= Date.parse(startAt))) return [];
  return [
    {
      path: ['endAt'],
      at: 'value',
      message: '"endAt" is not after "startAt".',
      advice: 'Choose a later end, or leave one of the two out.',
    },
  ];
}
