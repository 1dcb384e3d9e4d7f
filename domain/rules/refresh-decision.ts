import type { FreshnessPolicy } from '../manifest/freshness-schema.ts';
import type { CycleState } from '../model/cycle.ts';
import type { FreshnessStanding, FreshnessVerdict, RefreshDecision } from '../model/freshness.ts';
import { significant } from './figures.ts';

/** A cycle of the target as the decision sees it. */
export interface PastCycle {
  readonly startedAt: string;
  /** Null while it runs. */
  readonly endedAt: string | null;
  readonly state: CycleState;
}

export interface RefreshFacts {
  readonly verdict: FreshnessVerdict;
  /** Why, in a sentence. */
  readonly sentence: string;
  readonly now: Date;
  /** The cycles of the target, the newest first: all of the last 24 hours, and all since the version in use was collected. */
  readonly cycles: readonly PastCycle[];
  /** How many of them, from the newest on, ended after the version in use was collected and brought no newer one that can be promoted. */
  readonly attempts: number;
  /** A newer version that is vetted and not promoted; null without one. */
  readonly waiting: { readonly number: number; readonly ageDays: number } | null;
}

const hourMilliseconds = 3_600_000;
const dayMilliseconds = 24 * hourMilliseconds;

/** What stands beside the verdict; a running cycle first, then a version that waits, then broken generation. */
export function standingOf({ cycles, waiting, attempts }: RefreshFacts, policy: FreshnessPolicy): FreshnessStanding {
  if (cycles.some(({ state }) => state === 'running')) return 'refreshing';
  if (waiting !== null) return 'newer-not-promoted';
  return attempts >= policy.refresh.attemptsUntilBroken ? 'generation-broken' : 'current';
}

/**
 * Whether a check starts a refresh, and why or why not. Two reasons make one cycle; a version that waits for a person is not collected anew
 * while it is young; cycles that bring nothing are started ever more seldom; budgets and quiet hours hold.
 */
export function decideRefresh(facts: RefreshFacts, policy: FreshnessPolicy): RefreshDecision {
  const { verdict, sentence, now, waiting } = facts;
  const no = (because: string, notBefore: Date | null = null): RefreshDecision => ({
    start: false,
    because,
    notBefore: notBefore?.toISOString() ?? null,
  });
  if (verdict === 'fresh') return no('The profile is fresh.');
  if (facts.cycles.some(({ state }) => state === 'running')) return no('A cycle of the target runs already.');
  if (!policy.refresh.onStale) return no('The manifest leaves it to people (freshness.refresh.onStale).');
  if (waiting !== null && waiting.ageDays <= policy.maximumAgeDays)
    return no(`Version ${waiting.number} is newer, vetted, and waits for its promotion.`);
  const holds = [backOff(facts, policy), cycleBudget(facts, policy), hourBudget(facts, policy), quiet(now, policy)];
  const [held = null] = holds.filter((one) => one !== null).toSorted((left, right) => right.until.getTime() - left.until.getTime());
  return held === null ? { start: true, because: sentence, notBefore: null } : no(held.because, held.until);
}

interface Held {
  readonly because: string;
  readonly until: Date;
}

function backOff({ cycles, attempts, now }: RefreshFacts, { refresh }: FreshnessPolicy): Held | null {
  const last = cycles.find(({ endedAt }) => endedAt !== null);
  if (attempts === 0 || last?.endedAt == null) return null;
  const hours = Math.min(refresh.maximumBackOffHours, refresh.backOffHours * 2 ** (attempts - 1));
  const until = new Date(Date.parse(last.endedAt) + hours * hourMilliseconds);
  const said = attempts === 1 ? 'The last cycle brought' : `The last ${attempts} cycles brought`;
  return until <= now ? null : { because: `${said} no newer version to promote; the next one waits for ${significant(hours)} h.`, until };
}

function cycleBudget({ cycles, now }: RefreshFacts, { refresh }: FreshnessPolicy): Held | null {
  const recent = cycles.filter(({ startedAt }) => Date.parse(startedAt) > now.getTime() - dayMilliseconds);
  // The newest first: once this one is a day old, one fewer than allowed is left.
  const last = recent[refresh.cyclesPerDay - 1];
  if (last === undefined) return null;
  const because = `${recent.length} cycles in the last 24 hours; ${refresh.cyclesPerDay} are allowed.`;
  return { because, until: new Date(Date.parse(last.startedAt) + dayMilliseconds) };
}

function hourBudget({ cycles, now }: RefreshFacts, { refresh }: FreshnessPolicy): Held | null {
  const endOf = ({ endedAt }: PastCycle) => (endedAt === null ? now.getTime() : Date.parse(endedAt));
  const hoursBefore = (moment: number) => {
    const from = moment - dayMilliseconds;
    const inside = cycles.map((cycle) => Math.max(0, endOf(cycle) - Math.max(from, Date.parse(cycle.startedAt))));
    return inside.reduce((sum, milliseconds) => sum + milliseconds, 0) / hourMilliseconds;
  };
  const hours = hoursBefore(now.getTime());
  if (hours < refresh.hostHoursPerDay) return null;
  const ends = cycles.map((cycle) => endOf(cycle) + dayMilliseconds).toSorted((left, right) => left - right);
  const until =
    ends.find((moment) => moment > now.getTime() && hoursBefore(moment) < refresh.hostHoursPerDay) ?? now.getTime() + dayMilliseconds;
  const because = `The cycles of the last 24 hours took ${significant(hours)} h; ${significant(refresh.hostHoursPerDay)} h are allowed.`;
  return { because, until: new Date(until) };
}

function quiet(now: Date, { refresh }: FreshnessPolicy): Held | null {
  const minute = minuteOfDay(now, refresh.timeZone);
  for (const { from, to } of refresh.quietHours) {
    const [start, end] = [minutes(from), minutes(to)];
    const isQuiet = start <= end ? minute >= start && minute < end : minute >= start || minute < end;
    if (!isQuiet) continue;
    const left = (end - minute + 24 * 60) % (24 * 60) || 24 * 60;
    return { because: `Quiet hours, ${from} to ${to} (${refresh.timeZone}).`, until: new Date(now.getTime() + left * 60_000) };
  }
  return null;
}

function minutes(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return hour * 60 + minute;
}

/** The wall clock's minute of the day in a time zone of the IANA's list. */
function minuteOfDay(at: Date, timeZone: string): number {
  const text = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
  return minutes(text);
}
