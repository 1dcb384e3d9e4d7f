import type { ScheduleView, StartView } from '../operations/schedule.ts';
import { time } from '../output/format.ts';
import { facts, table } from '../output/table.ts';

/** Schedules below each other, each in one line. */
export function schedulesText(schedules: readonly ScheduleView[]): string {
  return table(schedules, [
    { title: 'TARGET', value: ({ target }) => target.name },
    { title: 'SCHEDULE', value: ({ name }) => name },
    { title: 'WHEN', value: whenText },
    { title: 'NEXT', value: nextText },
    { title: 'LAST', value: lastText },
    { title: 'DRIFT', value: ({ drift }) => (drift.length === 0 ? '-' : drift.map(({ field }) => field).join(', ')) },
  ]);
}

function lastText({ recentStarts: [start], recentActions: [action] }: ScheduleView): string {
  if (start !== undefined) return `${time(start.dueAt)} ${outcomeText(start)}`;
  return action === undefined ? '-' : `${time(action.takenAt)} taken`;
}

const whenText = ({ when, timeZone }: ScheduleView) => (when.startsWith('every') || timeZone === 'UTC' ? when : `${when} ${timeZone}`);

function nextText(schedule: ScheduleView): string {
  if (!schedule.isThere) return 'missing in Temporal';
  if (schedule.paused) return `paused${schedule.note === null ? '' : `: ${schedule.note}`}`;
  if (schedule.remainingActions === 0) return 'all its starts are used up';
  return schedule.nextTimes[0] === undefined ? 'never again' : time(schedule.nextTimes[0]);
}

/** `started 0b5c…, succeeded`, `skipped`. */
function outcomeText({ outcome, cycle }: StartView): string {
  return outcome === 'started' && cycle !== null ? cycle.state : outcome;
}

/** One schedule for people: when, by which policies, what came of it, who changed it. */
export function scheduleText(schedule: ScheduleView): string {
  const { counts, limitedActions, remainingActions, changes } = schedule;
  const lines: (readonly [string, string])[] = [
    ['schedule', `${schedule.name} of ${schedule.target.name}${schedule.isDeclared ? '' : ', made by hand'}`],
    ['starts', schedule.action],
    ['when', schedule.when],
    ...(schedule.except === 'none' ? [] : [['except', schedule.except] as const]),
    ['time zone', schedule.timeZone],
    ...(schedule.startAt === null && schedule.endAt === null
      ? []
      : [['between', `${time(schedule.startAt)} and ${time(schedule.endAt)}`] as const]),
    ['jitter', `${String(schedule.jitterSeconds)} s`],
    ['overlap', schedule.overlap],
    ['catch-up window', `${String(schedule.catchupWindowSeconds)} s`],
    [
      'starts left',
      limitedActions === null && remainingActions === null
        ? 'any number'
        : `${String(remainingActions ?? '-')} of ${String(limitedActions ?? '?')}`,
    ],
    ['on failure', schedule.pauseOnFailure ? 'pauses' : 'goes on'],
    ['state', stateText(schedule)],
    ['next', schedule.nextTimes.slice(0, 3).map(time).join(', ') || '-'],
  ];
  if (counts !== null) lines.push(['counted', countsText(counts)]);
  return `${facts(lines)}${driftText(schedule)}${startsText(schedule.recentStarts)}${changesText(changes)}`;
}

function stateText(schedule: ScheduleView): string {
  if (!schedule.isThere) return 'missing in Temporal';
  if (!schedule.paused && schedule.remainingActions === 0) return 'all its starts are used up';
  if (!schedule.paused) return schedule.running.length > 0 ? 'active, and a cycle of it is running' : 'active';
  const by = schedule.changes.find(({ kind }) => kind === 'paused' || kind === 'resumed');
  const who = by?.kind === 'paused' && by.note === schedule.note ? ` by ${by.actor} on ${time(by.at)}` : '';
  return `paused${who}${schedule.note === null ? '' : `: ${schedule.note}`}`;
}

function countsText({ taken, missed, skipped, buffered, bufferDropped }: NonNullable<ScheduleView['counts']>): string {
  const rest = bufferDropped === 0 ? '' : `, ${String(bufferDropped)} dropped because too many waited`;
  return `${String(taken)} taken, ${String(skipped)} skipped while its own cycle ran, ${String(missed)} missed, ${String(buffered)} waiting${rest}`;
}

function driftText({ drift, target, name }: ScheduleView): string {
  if (drift.length === 0) return '';
  const rows = table(drift, [
    { title: 'DRIFT', value: ({ field }) => field },
    { title: 'MANIFEST SAYS', value: ({ manifest }) => manifest },
    { title: 'SCHEDULE SAYS', value: ({ schedule }) => schedule },
  ]);
  return `\n${rows}hone schedule reset ${target.name} ${name} makes it what the manifest says.\n`;
}

function startsText(starts: readonly StartView[]): string {
  if (starts.length === 0) return '';
  const rows = table(starts, [
    { title: 'DUE', value: ({ dueAt }) => time(dueAt) },
    { title: 'OUTCOME', value: ({ outcome }) => outcome },
    { title: 'CYCLE', value: ({ cycle }) => (cycle === null ? '-' : `${cycle.id} ${cycle.state}`) },
    { title: 'WHY', value: ({ because }) => because ?? '-' },
  ]);
  return `\n${rows}`;
}

function changesText(changes: ScheduleView['changes']): string {
  if (changes.length === 0) return '';
  const rows = table(changes, [
    { title: 'CHANGED', value: ({ at }) => time(at) },
    { title: 'WHAT', value: ({ kind }) => kind },
    { title: 'BY', value: ({ actor }) => actor },
    { title: 'WHY', value: ({ note }) => note },
    { title: 'DETAILS', value: ({ details }) => details.join('; ') || '-' },
  ]);
  return `\n${rows}`;
}

/** The next times, in UTC and as the clock in the schedule's zone shows them; a change of the clocks is said. */
export function nextTimesText(schedule: ScheduleView): string {
  if (schedule.nextTimes.length === 0)
    return `${schedule.name} of ${schedule.target.name} starts nothing by itself: ${nextText(schedule)}.\n`;
  const rows = schedule.nextTimes.map((iso, index) => {
    const offset = offsetOf(iso, schedule.timeZone);
    const before = index === 0 ? offset : offsetOf(schedule.nextTimes[index - 1]!, schedule.timeZone);
    return {
      utc: time(iso),
      local: localTime(iso, schedule.timeZone),
      note: offset === before ? '' : `the clocks change: ${before} before`,
    };
  });
  return table(rows, [
    { title: 'NEXT (UTC)', value: ({ utc }) => utc },
    { title: schedule.timeZone, value: ({ local }) => local },
    { title: '', value: ({ note }) => note },
  ]);
}

function partsOf(iso: string, timeZone: string, options: Intl.DateTimeFormatOptions): Readonly<Record<string, string>> {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, ...options });
  return Object.fromEntries(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
}

function localTime(iso: string, timeZone: string): string {
  const wanted = {
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  } as const;
  const { weekday, year, month, day, hour, minute, second } = partsOf(iso, timeZone, wanted);
  return `${weekday!} ${year!}-${month!}-${day!} ${hour!}:${minute!}:${second!} ${offsetOf(iso, timeZone)}`;
}

const offsetOf = (iso: string, timeZone: string) =>
  partsOf(iso, timeZone, { timeZoneName: 'longOffset' })['timeZoneName']!.replace(/^GMT$/, 'GMT+00:00');
