import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { overlapPolicies, scheduleActions } from '../../domain/model/schedule-words.ts';
import type { Program } from '../main.ts';
import { listSchedules, readSchedule, scheduleChanges, type ScheduleOrder, type ScheduleView } from '../operations/schedule.ts';
import type { Session } from '../session.ts';
import { positiveInteger } from './arguments.ts';
import { nextTimesText, schedulesText, scheduleText } from './schedule-text.ts';
import { triggerAndSee } from './schedule-trigger.ts';

export function addScheduleCommands(program: Program, session: Session): void {
  const schedule = program.command('schedule').description('when refresh cycles are started without being asked for');
  addLooking(schedule, session);
  addStarting(schedule, session);
  addChanging(schedule, session);
}

type Schedule = ReturnType<typeof newCommand>;
const newCommand = (program: Program) => program.command('schedule');

const noNote = 'no note given';

function addLooking(schedule: Schedule, session: Session): void {
  schedule
    .command('list')
    .argument('[target]', 'only those of this target')
    .description('every schedule: when, what comes next, what came of the last time, drift from the manifest')
    .action((target) => list(session, target ?? null));
  schedule
    .command('show')
    .argument('<target>', "the target's name")
    .argument('<schedule>', "the schedule's name")
    .description('one schedule: policies, counts, drift, its latest starts with their cycles, who changed it')
    .action((target, name) => show(session, target, name));
  schedule
    .command('next')
    .argument('<target>', "the target's name")
    .argument('<schedule>', "the schedule's name")
    .description('its next ten times, in UTC and in its time zone')
    .action((target, name) => next(session, target, name));
}

function addStarting(schedule: Schedule, session: Session): void {
  schedule
    .command('pause')
    .argument('<target>', "the target's name")
    .argument('<schedule>', "the schedule's name")
    .requiredOption('--note <text>', 'why; shown as long as it is paused')
    .description('start nothing until it is resumed; outlives registrations of the manifest')
    .action((target, name, { note }) => pause(session, { target, name, note }));
  schedule
    .command('resume')
    .argument('<target>', "the target's name")
    .argument('<schedule>', "the schedule's name")
    .option('--note <text>', 'why', noNote)
    .description('go on; what went by meanwhile is not made up for')
    .action((target, name, { note }) => resume(session, { target, name, note }));
  schedule
    .command('trigger')
    .argument('<target>', "the target's name")
    .argument('<schedule>', "the schedule's name")
    .option('--note <text>', 'why', noNote)
    .description('start now what it would start, also when it is paused')
    .action((target, name, { note }) => triggerAndSee(session, { target, name, note }));
  schedule
    .command('backfill')
    .argument('<target>', "the target's name")
    .argument('<schedule>', "the schedule's name")
    .requiredOption('--from <time>', 'the beginning, as 2027-03-01T00:00:00Z', moment)
    .requiredOption('--to <time>', 'the end, not in the future', moment)
    .addOption(new Option('--overlap <policy>', 'for these starts alone').choices(overlapPolicies).default('buffer-all' as const))
    .option('--note <text>', 'why', noNote)
    .description('start now for each of its times in a span that is over, one after the other')
    .action((target, name, { from, to, overlap, note }) => backfill(session, { target, name, note }, { from, to, overlap }));
}

/** Options that set what the manifest may set. "none" takes a setting away. */
const withSettings = (command: Schedule) =>
  command
    .argument('<target>', "the target's name")
    .argument('<schedule>', "the schedule's name")
    .addOption(new Option('--action <what>', 'what is started').choices(scheduleActions))
    .option('--cron <expression>', 'five fields, for example "0 3 * * mon-fri"')
    .option('--every <duration>', 'an interval: 90m, 6h, 7d')
    .option('--offset <duration>', 'moves the times of --every; "none" takes it away')
    .option('--time-zone <name>', 'of the IANA database, for example Europe/Berlin')
    .option('--start-at <time>', 'nothing before; "none" takes it away', momentOrNone)
    .option('--end-at <time>', 'nothing after; "none" takes it away', momentOrNone)
    .option('--jitter <seconds>', 'each time is put off by a random part of this', seconds)
    .addOption(new Option('--overlap <policy>', 'when a cycle of the target runs').choices(overlapPolicies))
    .option('--catch-up-window <seconds>', 'how late a time that went by during an outage may be made up for', positiveInteger)
    .option('--limit <number>', 'so many starts, counted from now; "none" takes it away', numberOrNone)
    .addOption(new Option('--on-failure <what>', 'when its cycle fails').choices(['pause', 'go-on'] as const))
    .option('--note <text>', 'why', noNote);

function addChanging(schedule: Schedule, session: Session): void {
  withSettings(schedule.command('set'))
    .description('change settings; what then departs from the manifest is shown as drift')
    .action((target, name, { note, ...options }) => set(session, { target, name, note }, settingsOf(options), 'update'));
  withSettings(schedule.command('create'))
    .description('make a schedule that no manifest has')
    .action((target, name, { note, ...options }) => set(session, { target, name, note }, settingsOf(options), 'create'));
  schedule
    .command('reset')
    .argument('<target>', "the target's name")
    .argument('<schedule>', "the schedule's name")
    .option('--note <text>', 'why', noNote)
    .description('make it what the manifest says again; a pause stays')
    .action((target, name, { note }) => reset(session, { target, name, note }));
  schedule
    .command('remove')
    .argument('<target>', "the target's name")
    .argument('<schedule>', "the schedule's name")
    .option('--note <text>', 'why', noNote)
    .description('remove one that was made by hand; what it has started runs on')
    .action((target, name, { note }) => remove(session, { target, name, note }));
}

function moment(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)))
    return new Date(text).toISOString();
  throw new InvalidArgumentError('A moment with its offset is expected, as 2027-03-01T00:00:00Z.');
}

/** Commander makes an empty text of a null: {@link settingsOf} makes the null. */
const momentOrNone = (text: string): string => (text === 'none' ? text : moment(text));
const numberOrNone = (text: string): number | 'none' => (text === 'none' ? text : positiveInteger(text));

function seconds(text: string): number {
  return text === '0' ? 0 : positiveInteger(text);
}

type SettingsOptions = Omit<ReturnType<ReturnType<typeof withSettings>['opts']>, 'note'>;

function settingsOf(options: SettingsOptions): Readonly<Record<string, unknown>> {
  const { jitter, catchUpWindow, limit, onFailure, ...same } = options;
  const settings = {
    ...same,
    jitterSeconds: jitter,
    catchupWindowSeconds: catchUpWindow,
    limitedActions: limit,
    pauseOnFailure: onFailure && onFailure === 'pause',
  };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, value === 'none' ? null : value]));
}

const words = ({ target, name }: ScheduleOrder) => `${target} ${name}`;

async function list(session: Session, target: string | null): Promise<void> {
  const schedules = await listSchedules(await session.api(), target);
  session.answer(
    schedules,
    schedules.length === 0 ? `${target ?? 'No target'} has ${target === null ? 'a' : 'no'} schedule.\n` : schedulesText(schedules),
  );
  const [first] = schedules.toSorted((left, right) => right.drift.length - left.drift.length);
  session.next(
    ...(first === undefined
      ? [`hone schedule create ${target ?? 'TARGET'} nightly --cron "0 3 * * *"`, 'hone target add DIRECTORY']
      : [`hone schedule show ${first.target.name} ${first.name}`]),
  );
}

async function show(session: Session, target: string, name: string): Promise<void> {
  const schedule = await readSchedule(await session.api(), target, name);
  session.answer(schedule, scheduleText(schedule));
  session.next(...nextAfter(schedule));
}

function nextAfter(schedule: ScheduleView): readonly string[] {
  const key = `${schedule.target.name} ${schedule.name}`;
  if (schedule.drift.length > 0) return [`hone schedule reset ${key}`];
  if (schedule.paused) return [`hone schedule resume ${key}`];
  return [`hone schedule next ${key}`, `hone schedule trigger ${key}`];
}

async function next(session: Session, target: string, name: string): Promise<void> {
  const schedule = await readSchedule(await session.api(), target, name);
  session.answer({ target, schedule: name, timeZone: schedule.timeZone, nextTimes: schedule.nextTimes }, nextTimesText(schedule));
  session.next(schedule.paused ? `hone schedule resume ${target} ${name}` : `hone schedule show ${target} ${name}`);
}

async function pause(session: Session, order: ScheduleOrder): Promise<void> {
  const schedule = await scheduleChanges.pause(await session.api(), order);
  const running = schedule.running.length === 0 ? '' : ' The cycle that it has started runs on.';
  session.answer(schedule, `${order.name} of ${order.target} is paused.${running}\n`);
  session.next(`hone schedule resume ${words(order)}`);
}

async function resume(session: Session, order: ScheduleOrder): Promise<void> {
  const schedule = await scheduleChanges.resume(await session.api(), order);
  session.answer(schedule, `${order.name} of ${order.target} goes on.\n\n${nextTimesText(schedule)}`);
  session.next(`hone schedule show ${words(order)}`);
}

async function backfill(session: Session, order: ScheduleOrder, span: { from: string; to: string; overlap: string }): Promise<void> {
  const { times } = await scheduleChanges.backfill(await session.api(), order, span);
  const how = times.length === 1 ? 'One start is on its way' : `${String(times.length)} starts are on their way (${span.overlap})`;
  session.answer({ target: order.target, schedule: order.name, ...span, times }, `${how}:\n${times.map((iso) => `  ${iso}\n`).join('')}`);
  session.next(`hone schedule show ${words(order)}`, `hone cycle list ${order.target}`);
}

async function set(
  session: Session,
  order: ScheduleOrder,
  settings: Readonly<Record<string, unknown>>,
  how: 'update' | 'create',
): Promise<void> {
  const schedule = await scheduleChanges[how](await session.api(), order, settings);
  session.answer(
    schedule,
    `${how === 'create' ? 'Made' : 'Changed'} ${order.name} of ${order.target}.\n\n${scheduleText({ ...schedule, changes: [], recentStarts: [] })}`,
  );
  session.next(`hone schedule next ${words(order)}`);
}

async function reset(session: Session, order: ScheduleOrder): Promise<void> {
  const schedule = await scheduleChanges.reset(await session.api(), order);
  const [done] = schedule.changes;
  const changed = done === undefined || done.details.length === 0 ? 'Nothing was different.' : done.details.join('; ');
  const paused = schedule.paused ? ` It is still paused: ${schedule.note ?? 'without a note'}.` : '';
  session.answer(schedule, `${order.name} of ${order.target} is as the manifest says. ${changed}${paused}\n`);
  session.next(schedule.paused ? `hone schedule resume ${words(order)}` : `hone schedule show ${words(order)}`);
}

async function remove(session: Session, order: ScheduleOrder): Promise<void> {
  await scheduleChanges.remove(await session.api(), order);
  session.answer(
    { target: order.target, schedule: order.name, removed: true },
    `Removed ${order.name} of ${order.target}; what it has started runs on.\n`,
  );
  session.next(`hone schedule list ${order.target}`);
}
