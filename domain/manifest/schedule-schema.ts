import { z } from 'zod';
import { overlapPolicies, scheduleActions } from '../model/schedule-words.ts';

/** `schedules.NAME` of `hone.yaml`: when something is to be started for the target, and by which policies. */

const durationPattern = /^[1-9]\d{0,6}[smhd]$/;
const duration = z.string().regex(durationPattern, 'a whole number above 0 with its unit: 90m, 6h, 7d');
const field = z.union([z.int(), z.string().min(1).max(200)]).optional();
const moment = z.iso.datetime({ offset: true, error: 'a moment with its offset, as 2027-03-01T00:00:00Z' });

const calendarEntry = z.strictObject({
  second: field.describe('0 to 59; 0 when left out.'),
  minute: field.describe('0 to 59; 0 when left out.'),
  hour: field.describe('0 to 23; 0 when left out.'),
  dayOfMonth: field.describe('1 to 31; any when left out.'),
  month: field.describe('1 to 12, or jan to dec; any when left out.'),
  year: field.describe('2000 to 2100; any when left out.'),
  dayOfWeek: field.describe('0 to 7 (0 and 7 are Sunday), or sun to sat; any when left out.'),
});

/** One entry of `calendar` or `except`: a value, `*`, ranges (`mon-fri`), steps, several with commas. */
export type CalendarEntry = z.infer<typeof calendarEntry>;

export const scheduleSchema = z.strictObject({
  action: z
    .enum(scheduleActions)
    .default('refresh')
    .describe(
      'What is started. refresh: a refresh cycle. freshness-check: a look at the freshness of the profile, which starts a cycle when that is stale.',
    ),
  cron: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Five fields: minute, hour, day of the month, month, day of the week; or @hourly, @daily, @weekly, @monthly, @yearly.'),
  calendar: z
    .array(calendarEntry)
    .min(1)
    .max(20)
    .optional()
    .describe(
      'Times by the calendar: a second that all fields of one entry match. Ranges (mon-fri), steps (*/15) and lists (1,15) as in cron.',
    ),
  every: duration
    .optional()
    .describe(
      'An interval, a whole number with s, m, h or d: counted from 1970, so that 6h means 00:00, 06:00, 12:00 and 18:00 UTC. At least 1m.',
    ),
  offset: duration.optional().describe('Moves the times of every: 6h with an offset of 90m means 01:30, 07:30, …'),
  except: z
    .array(calendarEntry)
    .max(20)
    .default([])
    .describe('Times that are left out; every field, seconds too, must match ("*" matches any).'),
  timeZone: z
    .string()
    .min(1)
    .max(64)
    .default('UTC')
    .describe(
      'Of cron, calendar and except, as in the IANA database: Europe/Berlin. A time that a change of the clocks leaves out does not come on that day, one that comes twice comes twice.',
    ),
  startAt: moment.optional().describe('Nothing before this moment, as 2027-03-01T00:00:00Z.'),
  endAt: moment.optional().describe('Nothing after this moment.'),
  jitterSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(0)
    .describe('Each time is put off by a random part of this, so that many targets do not begin at once.'),
  overlap: z
    .enum(overlapPolicies)
    .default('skip')
    .describe(
      'When a cycle of the target runs, whoever started it (for a freshness-check: when its last check still runs). skip: nothing is started. buffer-one: one start waits for its end. buffer-all: every start waits. cancel-other: it is cancelled, gives back what it took, and the next begins.',
    ),
  catchupWindowSeconds: z
    .int()
    .min(10)
    .max(31_536_000)
    .default(3600)
    .describe(
      'Times that went by while Temporal was down are made up for when they are not older than this; what is older is counted as missed.',
    ),
  limitedActions: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('So many starts, then no more; those by hand do not count. Without it any number.'),
  pauseOnFailure: z.boolean().default(false).describe('A cycle that fails pauses the schedule.'),
  paused: z.boolean().default(false).describe('Begins paused. A person’s pause or resume outlives the next registration.'),
  note: z.string().min(1).max(500).optional().describe('For people, shown with the schedule.'),
});

/** A schedule as it is to be, every default filled in. */
export type ScheduleSettings = z.infer<typeof scheduleSchema>;
