import type { Program } from '../main.ts';
import {
  checkFreshness,
  type FindingView,
  type FreshnessView,
  listChecks,
  listFreshness,
  type TargetFreshnessView,
} from '../operations/freshness.ts';
import { age, percent, time } from '../output/format.ts';
import { facts, table } from '../output/table.ts';
import type { Session } from '../session.ts';
import { defaultLimit, positiveInteger } from './arguments.ts';
import { withNote } from './with-note.ts';

export function addFreshnessCommands(program: Program, session: Session): void {
  const freshness = program.command('freshness').description('how fresh the profiles in use are, and why');
  freshness
    .command('list')
    .option('--limit <number>', 'how many', positiveInteger, defaultLimit)
    .description('every target with its last check')
    .action(({ limit }) => list(session, limit));
  freshness
    .command('show')
    .argument('<target>', "the target's name")
    .description('the last check of a target, dimension by dimension')
    .action((target) => show(session, target));
  freshness
    .command('check')
    .argument('<target>', "the target's name")
    .description(
      'look at once; compiles the source when it has changed, and starts a refresh when the profile is stale and the manifest says so',
    )
    .action((target) => checkNow(session, target));
  freshness
    .command('history')
    .argument('<target>', "the target's name")
    .option('--limit <number>', 'how many', positiveInteger, defaultLimit)
    .description('the checks of a target, the newest first')
    .action((target, { limit }) => history(session, target, limit));
}

async function list(session: Session, limit: number): Promise<void> {
  const targets = await listFreshness(await session.api(), limit);
  session.answer(
    targets,
    table(targets, [
      { title: 'TARGET', value: ({ name }) => name },
      { title: 'VERDICT', value: ({ freshness }) => freshness?.verdict ?? 'never checked' },
      { title: 'VERSION', value: ({ freshness }) => versionOf(freshness), align: 'right' },
      { title: 'STANDING', value: ({ freshness }) => freshness?.standing ?? '-' },
      { title: 'CHECKED', value: ({ freshness }) => (freshness === null ? '-' : `${age(freshness.at)} ago`) },
      { title: 'WHY', value: ({ freshness }) => freshness?.sentence ?? '-' },
    ]),
  );
  const [worst] = targets.toSorted((left, right) => urgency(left) - urgency(right));
  session.next(
    worst === undefined ? 'hone target add DIRECTORY' : `hone freshness ${worst.freshness === null ? 'check' : 'show'} ${worst.name}`,
  );
}

/** Stale ones first, then those without a profile, then those that nobody has looked at. */
function urgency({ freshness }: TargetFreshnessView): number {
  return freshness === null ? 2 : ['stale', 'no-profile', '', 'fresh'].indexOf(freshness.verdict);
}

const versionOf = (check: FreshnessView | null): string => (check?.version ? String(check.version.number) : '-');

async function show(session: Session, target: string): Promise<void> {
  const [last] = await listChecks(await session.api(), target, 1);
  session.answer(last ?? null, last === undefined ? `${target} was never checked.\n` : checkText(target, last));
  session.next(...(last === undefined ? [`hone freshness check ${target}`] : nextOf(target, last)));
}

async function checkNow(session: Session, target: string): Promise<void> {
  const done = await withNote(
    session,
    'Looking; a source that has changed is compiled for it.',
    checkFreshness(await session.api(), target),
  );
  session.answer(done, checkText(target, done));
  session.next(...nextOf(target, done));
}

async function history(session: Session, target: string, limit: number): Promise<void> {
  const checks = await listChecks(await session.api(), target, limit);
  const column = (title: string, dimension: FindingView['dimension']) => ({
    title,
    value: ({ dimensions }: FreshnessView) => {
      const finding = dimensions.find((one) => one.dimension === dimension);
      return finding === undefined ? '-' : `${valueOf(finding)}${finding.state === 'stale' ? ' !' : ''}`;
    },
    align: 'right' as const,
  });
  session.answer(
    checks,
    checks.length === 0
      ? `${target} was never checked.\n`
      : table(checks, [
          { title: 'CHECKED', value: ({ at }) => time(at) },
          { title: 'VERSION', value: versionOf, align: 'right' },
          { title: 'VERDICT', value: ({ verdict }) => verdict },
          column('AGE', 'age'),
          column('CODE', 'code-drift'),
          column('TRAFFIC', 'traffic-drift'),
          column('PROFILE', 'profile-drift'),
          column('TOOLCHAIN', 'toolchain-drift'),
          column('HARDWARE', 'hardware-drift'),
          { title: 'CYCLE', value: ({ cycle }) => cycle?.id ?? '-' },
        ]),
  );
  session.next(`hone freshness ${checks.length === 0 ? 'check' : 'show'} ${target}`);
}

function checkText(target: string, check: FreshnessView): string {
  const head = facts([
    ['target', target],
    ['verdict', check.verdict],
    ['version', versionOf(check)],
    ['standing', check.standing],
    ['checked', time(check.at)],
    ['why', check.sentence],
    ['refresh', check.refresh.start ? `asked for${check.cycle === null ? '' : `: cycle ${check.cycle.id}`}` : check.refresh.because],
    ...(check.refresh.notBefore === null ? [] : [['not before', time(check.refresh.notBefore)] as const]),
  ]);
  if (check.dimensions.length === 0) return head;
  const rows = table(check.dimensions, [
    { title: 'DIMENSION', value: ({ dimension }) => dimension },
    { title: 'STATE', value: ({ state }) => state },
    { title: 'VALUE', value: valueOf, align: 'right' },
    { title: 'LIMIT', value: limitOf, align: 'right' },
    { title: 'PER DAY', value: trendOf, align: 'right' },
    { title: 'WHY', value: ({ sentence }) => sentence },
  ]);
  const forecasts = check.dimensions.flatMap(({ dimension, forecast }) =>
    forecast === null
      ? []
      : [`${dimension} will be above its limit about ${day(forecast.expected)} (${day(forecast.earliest)} to ${day(forecast.latest)}).`],
  );
  const ahead = forecasts.length === 0 ? '' : `\n${forecasts.join('\n')}\n`;
  const details = check.dimensions
    .filter(({ state, details: lines }) => (state === 'stale' || state === 'rising') && lines.length > 0)
    .map(({ dimension, details: lines }) => `\n${dimension}\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
  return `${head}\n${rows}${ahead}${details.join('')}`;
}

/** The day of a moment; no forecast knows the hour. */
const day = (iso: string): string => iso.slice(0, iso.indexOf('T'));

function valueOf({ value, unit }: FindingView): string {
  return value === null ? '-' : inUnit(value, unit);
}

function limitOf({ threshold, unit }: FindingView): string {
  return unit === 'changes' ? '-' : inUnit(threshold, unit);
}

function trendOf({ trendPerDay, unit }: FindingView): string {
  if (trendPerDay === null || unit === 'changes') return '-';
  return `${trendPerDay < 0 ? '' : '+'}${inUnit(trendPerDay, unit)}`;
}

function inUnit(value: number, unit: FindingView['unit']): string {
  if (unit === 'share') return percent(value);
  return unit === 'days' ? `${value.toFixed(1)} d` : value === 0 ? 'same' : 'other';
}

function nextOf(target: string, { refresh, cycle, standing, verdict }: FreshnessView): readonly string[] {
  if (cycle !== null) return [`hone cycle show ${cycle.id}`];
  if (standing === 'newer-not-promoted') return [`hone release list ${target}`];
  if (standing === 'generation-broken' || standing === 'refreshing') return [`hone cycle list ${target}`];
  return verdict === 'fresh' || refresh.start ? [`hone freshness history ${target}`] : [`hone refresh ${target}`];
}
