export interface TimedValue {
  /** ISO 8601. */
  readonly at: string;
  readonly value: number;
}

const dayMilliseconds = 86_400_000;
/** A slope of less time would say more of the moment than of the days. */
const leastDays = 0.25;

/** The least-squares slope of the values over time, per day; null with fewer than three values, or when all are of six hours. */
export function trendPerDay(values: readonly TimedValue[]): number | null {
  if (values.length < 3) return null;
  const points = values.map(({ at, value }) => ({ day: Date.parse(at) / dayMilliseconds, value }));
  const mean = (pick: (point: (typeof points)[number]) => number) => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [meanDay, meanValue] = [mean(({ day }) => day), mean(({ value }) => value)];
  const days = points.map(({ day }) => day);
  if (Math.max(...days) - Math.min(...days) < leastDays) return null;
  const spread = points.reduce((sum, { day }) => sum + (day - meanDay) ** 2, 0);
  return points.reduce((sum, { day, value }) => sum + (day - meanDay) * (value - meanValue), 0) / spread;
}
