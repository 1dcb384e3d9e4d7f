import { expect, test } from 'vitest';
import { forecastCrossing } from '../../../domain/statistics/crossing.ts';

const on = (day: number, value: number) => ({ at: new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString(), value });
const dayOf = (iso: string) => (Date.parse(iso) - Date.UTC(2026, 0, 1)) / 86_400_000;

test('a line without noise crosses when it says, and there is no doubt', () => {
  const found = forecastCrossing(
    [0, 1, 2, 3, 4, 5].map((day) => on(day, day)),
    30,
  )!;
  expect([found.earliest, found.expected, found.latest].map((iso) => Math.round(dayOf(iso)))).toEqual([30, 30, 30]);
});

test('noise makes an interval, by Student’s t: the textbook’s figures', () => {
  // Slope 0.1, residuals ±0.02 in turn: s² = 6 · 0.0004 / 4 less what the slope takes up, spread 17.5.
  const values = [0, 1, 2, 3, 4, 5].map((day) => on(day, 0.1 * day + (day % 2 === 0 ? 0.02 : -0.02)));
  const [days, ys] = [[0, 1, 2, 3, 4, 5], values.map(({ value }) => value)];
  const meanY = ys.reduce((sum, y) => sum + y, 0) / 6;
  const slope = days.reduce((sum, x, index) => sum + (x - 2.5) * (ys[index]! - meanY), 0) / 17.5;
  const residual = days.reduce((sum, x, index) => sum + (ys[index]! - meanY - slope * (x - 2.5)) ** 2, 0);
  // t at 97.5 % with 4 degrees of freedom is 2.776.
  const margin = 2.776 * Math.sqrt(residual / 4 / 17.5);
  const found = forecastCrossing(values, 1)!;
  expect(dayOf(found.expected)).toBeCloseTo(2.5 + (1 - meanY) / slope, 4);
  expect(dayOf(found.earliest)).toBeCloseTo(2.5 + (1 - meanY) / (slope + margin), 1);
  expect(dayOf(found.latest)).toBeCloseTo(2.5 + (1 - meanY) / (slope - margin), 1);
});

test.each([
  ['too few values', [on(0, 0), on(1, 1), on(2, 2), on(3, 3)]],
  ['values of too little time', [0, 0.1, 0.2, 0.3, 0.4, 0.5].map((day) => on(day, day))],
  ['nothing that rises', [0, 1, 2, 3, 4, 5].map((day) => on(day, 5 - day))],
  ['more noise than rise', [0, 9, 1, 8, 2, 9].map((value, day) => on(day, value))],
  ['a line that has crossed it already', [0, 10, 20, 30, 40, 50].map((value, day) => on(day, value))],
])('silent with %s', (_what, values) => {
  expect(forecastCrossing(values, 30)).toBeNull();
});
