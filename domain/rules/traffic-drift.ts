import type { FreshnessPolicy } from '../manifest/freshness-schema.ts';
import type { DimensionMeasure, TrafficSample } from '../model/freshness.ts';
import type { PrivacyRelease } from '../model/privacy.ts';
import { jensenShannon, type NoisyCounts } from '../statistics/jensen-shannon.ts';
import { grouped, perCent } from './figures.ts';
import { type Unmeasured, unmeasured } from './freshness-measures.ts';

/** The shapes of requests at one time. */
export interface TrafficShapes {
  readonly release: PrivacyRelease;
  readonly at: string;
}

const dayMilliseconds = 86_400_000;
/** A normal week repeats itself to about an hour. */
const slotHours = 1;
/** A sample of the same hour is of another week when so many days are between them. */
const daysApart = 6;
/** A sample on the day of the collection is of the traffic that it saw. */
const hoursAfterCollection = 12;

/** Samples that were taken later are no reference for a version. @param collectedAt ISO 8601 */
export function latestReference(collectedAt: string): Date {
  return new Date(Date.parse(collectedAt) + hoursAfterCollection * 3_600_000);
}

/**
 * What today's traffic is compared with: the sample of the same hour and weekday that was taken nearest to the collection, so that a normal Monday
 * is no drift; the collection itself where there is no such sample. None that was taken later counts: a change that stays must not become
 * what is normal.
 * @param earlier samples of the target up to {@link latestReference}
 */
export function comparableTraffic(
  now: TrafficSample,
  collection: TrafficShapes,
  earlier: readonly TrafficSample[],
  timeZone: string,
): TrafficShapes & { readonly isSameHour: boolean } {
  const hour = hourOfWeek(now.at, timeZone);
  const distance = ({ at }: TrafficShapes) => Math.abs(Date.parse(at) - Date.parse(collection.at));
  const limit = latestReference(collection.at).getTime();
  const alike = earlier.filter(({ at }) => {
    const apart = Math.abs(hourOfWeek(at, timeZone) - hour);
    return (
      Date.parse(at) <= limit &&
      Math.min(apart, 168 - apart) <= slotHours &&
      Math.abs(Date.parse(now.at) - Date.parse(at)) >= daysApart * dayMilliseconds
    );
  });
  const [nearest] = alike.toSorted((left, right) => distance(left) - distance(right));
  return nearest === undefined ? { ...collection, isSameHour: false } : { ...nearest, isSameHour: true };
}

/** Jensen–Shannon divergence of the shapes now and then, less what noise and chance alone would show. */
export function measureTrafficDrift(
  now: TrafficSample | Unmeasured,
  then: (TrafficShapes & { readonly isSameHour: boolean }) | Unmeasured,
  policy: FreshnessPolicy,
): DimensionMeasure {
  const limit = policy.maximumTrafficDrift;
  const none = (unavailable: string) => unmeasured('traffic-drift', limit, { unavailable });
  if ('unavailable' in now) return none(now.unavailable);
  if ('unavailable' in then) return none(then.unavailable);
  const [shapesNow, shapesThen] = [now.release, then.release];
  if (shapesNow.detail !== shapesThen.detail || shapesNow.detail === 'none') {
    return none('The shapes of the requests were not kept in the same detail then and now: they cannot be compared.');
  }
  const { left, right, untold } = tellable(shapesNow, shapesThen);
  const divergence = jensenShannon(left, right);
  if (divergence === null) return none('Too few requests of any shape to be told from the noise.');
  const { value, expectedByChance } = divergence;
  if (expectedByChance > limit) {
    return none(
      `Noise alone would show ${perCent(expectedByChance)}; the limit is ${perCent(limit)}. Sample more requests (freshness.trafficSample).`,
    );
  }
  const what = then.isSameHour ? 'in the same hour of the week' : 'at collection';
  const sentence = `The requests' shapes differ by ${perCent(value)} of a bit from those ${what}; at most ${perCent(limit)} is allowed.`;
  return {
    dimension: 'traffic-drift',
    value,
    unit: 'share',
    threshold: limit,
    sentence,
    evidence: now.id,
    details: [
      `compared: ${grouped(now.requests)} requests of ${now.at} with those of ${then.at}`,
      `noise and chance alone: ${perCent(expectedByChance)}, taken off`,
      ...movers(left, right),
      ...(untold === 0 ? [] : [`shapes that are too rare to be told: ${grouped(untold)}`]),
    ],
  };
}

/** Noise of the counts of shapes. */
function sigmaOf({ mechanisms }: PrivacyRelease): number {
  return mechanisms.find(({ aggregate }) => aggregate === 'shapes')?.scale ?? 0;
}

/**
 * The counts without the shapes that one side left out although it might have had as many as the other: below the threshold of a release nothing is said.
 */
function tellable(
  now: PrivacyRelease,
  then: PrivacyRelease,
): { readonly left: NoisyCounts; readonly right: NoisyCounts; readonly untold: number } {
  const sum = ({ shapes }: PrivacyRelease) => Object.values(shapes).reduce((total, count) => total + Math.max(0, count), 0);
  const [allNow, allThen] = [sum(now), sum(then)];
  const isRare = (count: number, of: number, other: PrivacyRelease, otherOf: number) =>
    of === 0 || (count / of) * otherOf < 2 * other.threshold;
  const kinds = [...new Set([...Object.keys(now.shapes), ...Object.keys(then.shapes)])];
  const told = kinds.filter((kind) => {
    const [a, b] = [now.shapes[kind], then.shapes[kind]];
    if (a !== undefined && b !== undefined) return true;
    return a === undefined ? !isRare(b!, allThen, now, allNow) : !isRare(a, allNow, then, allThen);
  });
  const pick = (release: PrivacyRelease): NoisyCounts => ({
    counts: new Map(told.map((kind) => [kind, release.shapes[kind] ?? 0])),
    sigma: sigmaOf(release),
  });
  return { left: pick(now), right: pick(then), untold: kinds.length - told.length };
}

/** The shapes whose share changed most, at most five. */
function movers(now: NoisyCounts, then: NoisyCounts): readonly string[] {
  const total = ({ counts }: NoisyCounts) => [...counts.values()].reduce((sum, count) => sum + Math.max(0, count), 0) || 1;
  const [nowTotal, thenTotal] = [total(now), total(then)];
  return [...now.counts.keys()]
    .map((kind) => ({
      kind,
      share: Math.max(0, now.counts.get(kind)!) / nowTotal,
      before: Math.max(0, then.counts.get(kind)!) / thenTotal,
    }))
    .toSorted((left, right) => Math.abs(right.share - right.before) - Math.abs(left.share - left.before))
    .slice(0, 5)
    .map(({ kind, share, before }) => `${kind}: ${perCent(before)} then, ${perCent(share)} now`);
}

/** 0 to 167: Monday's first hour is 0. */
function hourOfWeek(at: string, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' }).formatToParts(
    new Date(at),
  );
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(of('weekday')) * 24 + Number(of('hour'));
}
