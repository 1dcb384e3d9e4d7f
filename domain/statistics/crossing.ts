import type { TimedValue } from './trend.ts';

const dayMilliseconds = 86_400_000;
/** With fewer values, or values of less time, a line says nothing. */
const leastValues = 5;
const leastDays = 2;

/** When a rising series crosses a threshold; ISO 8601. */
export interface Crossing {
  readonly expected: string;
  /** The interval at 95 %. */
  readonly earliest: string;
  readonly latest: string;
}

/**
 * When a series will cross a threshold if it goes on as it did: the least-squares line through the values, and the lines through their centre of gravity
 * with the bounds of the slope's interval at 95 % (Student's t with n − 2 degrees of freedom). Null, in silence, with too few values, for a series that
 * is not shown to rise, and for one whose line has crossed it already.
 */
export function forecastCrossing(values: readonly TimedValue[], threshold: number): Crossing | null {
  const points = values.map(({ at, value }) => ({ day: Date.parse(at) / dayMilliseconds, value }));
  const days = points.map(({ day }) => day);
  if (points.length < leastValues || Math.max(...days) - Math.min(...days) < leastDays) return null;
  const sum = (pick: (point: (typeof points)[number]) => number) => points.reduce((total, point) => total + pick(point), 0);
  const [meanDay, meanValue] = [sum(({ day }) => day) / points.length, sum(({ value }) => value) / points.length];
  const spread = sum(({ day }) => (day - meanDay) ** 2);
  const slope = sum(({ day, value }) => (day - meanDay) * (value - meanValue)) / spread;
  const residual = sum(({ day, value }) => (value - meanValue - slope * (day - meanDay)) ** 2);
  const margin = studentQuantile(points.length - 2) * Math.sqrt(residual / (points.length - 2) / spread);
  if (slope - margin <= 0) return null;
  const crossing = (rise: number) => meanDay + (threshold - meanValue) / rise;
  if (crossing(slope) <= Math.max(...days)) return null;
  const moment = (day: number) => new Date(Math.min(8.64e15, Math.max(day, Math.max(...days)) * dayMilliseconds)).toISOString();
  return { expected: moment(crossing(slope)), earliest: moment(crossing(slope + margin)), latest: moment(crossing(slope - margin)) };
}

/** The 97.5 % point of Student's t, by the expansion of Cornish and Fisher (Abramowitz and Stegun 26.7.5); within 1 % from 3 degrees of freedom on. */
function studentQuantile(freedom: number): number {
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  const fourth = (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3 + fourth / freedom ** 4;
}
