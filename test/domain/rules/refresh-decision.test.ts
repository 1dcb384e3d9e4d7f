import { describe, expect, test } from 'vitest';
import { freshnessSchema } from '../../../domain/manifest/freshness-schema.ts';
import type { CycleState } from '../../../domain/model/cycle.ts';
import { decideRefresh, type PastCycle, type RefreshFacts, standingOf } from '../../../domain/rules/refresh-decision.ts';

const now = new Date('2026-03-01T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();
const cycle = (started: number, ended: number | null, state: CycleState = 'failed'): PastCycle => ({
  startedAt: hoursAgo(started),
  endedAt: ended === null ? null : hoursAgo(ended),
  state: ended === null ? 'running' : state,
});
const stale: RefreshFacts = { verdict: 'stale', sentence: 'It is 40 days old.', now, cycles: [], attempts: 0, waiting: null };
const policy = (refresh: object = {}, rest: object = {}) => freshnessSchema.parse({ ...rest, refresh });

describe('a stale profile', () => {
  test('is refreshed with its reason, and a fresh one is not', () => {
    expect(decideRefresh(stale, policy())).toEqual({ start: true, because: 'It is 40 days old.', notBefore: null });
    expect(decideRefresh({ ...stale, verdict: 'no-profile' }, policy()).start).toBe(true);
    expect(decideRefresh({ ...stale, verdict: 'fresh' }, policy())).toEqual({
      start: false,
      because: 'The profile is fresh.',
      notBefore: null,
    });
  });

  test('is left to people where the manifest says so, and while a cycle runs', () => {
    expect(decideRefresh(stale, policy({ onStale: false })).because).toContain('freshness.refresh.onStale');
    expect(decideRefresh({ ...stale, cycles: [cycle(1, null)] }, policy()).because).toBe('A cycle of the target runs already.');
  });

  test('waits for the promotion of a newer version, unless that is old itself', () => {
    const waiting = (ageDays: number) => decideRefresh({ ...stale, waiting: { number: 7, ageDays } }, policy());
    expect(waiting(3)).toMatchObject({ start: false, because: 'Version 7 is newer, vetted, and waits for its promotion.' });
    expect(waiting(31).start).toBe(true);
  });
});

describe('cycles that bring nothing', () => {
  const after = (attempts: number, endedHoursAgo: number, refresh: object = {}) =>
    decideRefresh({ ...stale, attempts, cycles: [cycle(endedHoursAgo + 1, endedHoursAgo)] }, policy({ cyclesPerDay: 100, ...refresh }));

  test('are repeated ever more seldom', () => {
    expect(after(1, 0.5)).toEqual({
      start: false,
      because: 'The last cycle brought no newer version to promote; the next one waits for 1 h.',
      notBefore: new Date(now.getTime() + 1_800_000).toISOString(),
    });
    expect(after(1, 1.01).start).toBe(true);
    expect(after(3, 3.9)).toMatchObject({ start: false, because: expect.stringContaining('The last 3 cycles brought') as string });
    expect(after(3, 4.01).start).toBe(true);
    expect(after(60, 47).start).toBe(false);
    expect(after(60, 48.1).start).toBe(true);
  });

  test('are called broken generation after some of them', () => {
    const standing = (facts: Partial<RefreshFacts>) => standingOf({ ...stale, ...facts }, policy({ attemptsUntilBroken: 3 }));
    expect(standing({ attempts: 2 })).toBe('current');
    expect(standing({ attempts: 3 })).toBe('generation-broken');
    expect(standing({ attempts: 3, waiting: { number: 2, ageDays: 1 } })).toBe('newer-not-promoted');
    expect(standing({ attempts: 3, cycles: [cycle(1, null)] })).toBe('refreshing');
  });
});

describe('budgets', () => {
  test('cycles a day', () => {
    const cycles = [cycle(3, 2, 'succeeded'), cycle(10, 9, 'succeeded'), cycle(20, 19, 'succeeded'), cycle(25, 24, 'succeeded')];
    expect(decideRefresh({ ...stale, cycles }, policy({ cyclesPerDay: 2 }))).toEqual({
      start: false,
      because: '3 cycles in the last 24 hours; 2 are allowed.',
      // Two of the three must be a day old.
      notBefore: new Date(now.getTime() + 14 * 3_600_000).toISOString(),
    });
    expect(decideRefresh({ ...stale, cycles }, policy({ cyclesPerDay: 4 })).start).toBe(true);
  });

  test('host-hours a day', () => {
    const cycles = [cycle(10, 7), cycle(20, 14)];
    expect(decideRefresh({ ...stale, cycles }, policy({ cyclesPerDay: 9, hostHoursPerDay: 9 })).because).toBe(
      'The cycles of the last 24 hours took 9 h; 9 h are allowed.',
    );
    expect(decideRefresh({ ...stale, cycles }, policy({ cyclesPerDay: 9, hostHoursPerDay: 9.5 })).start).toBe(true);
    // One that began before the day counts with its part of it; the first is out of the day 17 h from now.
    expect(decideRefresh({ ...stale, cycles: [cycle(10, 7), cycle(26, 20)] }, policy({ cyclesPerDay: 9, hostHoursPerDay: 5 }))).toEqual({
      start: false,
      because: 'The cycles of the last 24 hours took 7 h; 5 h are allowed.',
      notBefore: new Date(now.getTime() + 4 * 3_600_000).toISOString(),
    });
  });

  test('the hold that lasts longest is said', () => {
    const cycles = [cycle(2, 1), cycle(20, 19)];
    expect(decideRefresh({ ...stale, attempts: 1, cycles }, policy({ cyclesPerDay: 2, backOffHours: 3 })).because).toContain(
      '2 cycles in the last',
    );
    expect(decideRefresh({ ...stale, attempts: 1, cycles }, policy({ cyclesPerDay: 2, backOffHours: 9 })).because).toContain(
      'waits for 9 h',
    );
  });
});

describe('quiet hours', () => {
  // Noon in UTC is 13:00 in Berlin in winter.
  const inBerlin = (from: string, to: string) => decideRefresh(stale, policy({ timeZone: 'Europe/Berlin', quietHours: [{ from, to }] }));

  test('hold a refresh until they end, in their own time zone', () => {
    expect(inBerlin('12:30', '14:00')).toEqual({
      start: false,
      because: 'Quiet hours, 12:30 to 14:00 (Europe/Berlin).',
      notBefore: '2026-03-01T13:00:00.000Z',
    });
    expect(inBerlin('13:00', '13:01').start).toBe(false);
    expect(inBerlin('12:00', '13:00').start).toBe(true);
  });

  test('may go past midnight', () => {
    expect(inBerlin('22:00', '06:00').start).toBe(true);
    expect(inBerlin('13:00', '06:00')).toMatchObject({ start: false, notBefore: '2026-03-02T05:00:00.000Z' });
  });
});

test.each([
  ['freshness.refresh.timeZone', { refresh: { timeZone: 'Mars/Olympus' } }],
  ['freshness.refresh.quietHours', { refresh: { quietHours: [{ from: '25:00', to: '06:00' }] } }],
  ['freshness.maximumCodeDrift', { maximumCodeDrift: 5 }],
  ['freshness.maximumagedays', { maximumagedays: 5 }],
])('a policy that makes no sense is refused: %s', (_path, value) => {
  expect(freshnessSchema.safeParse(value).success).toBe(false);
});
