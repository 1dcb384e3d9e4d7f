import type { FreshnessPolicy } from '../manifest/freshness-schema.ts';
import type { DimensionFinding, DimensionMeasure, DimensionState, FreshnessVerdict } from '../model/freshness.ts';
import { forecastCrossing } from '../statistics/crossing.ts';
import { trendPerDay } from '../statistics/trend.ts';

/** An earlier check of the same version. */
export interface EarlierCheck {
  /** ISO 8601. */
  readonly at: string;
  readonly dimensions: readonly DimensionFinding[];
}

/** So many earlier checks make a trend. */
export const checksOfTrend = 20;

/**
 * Judges one dimension beside what earlier checks found. Hysteresis on both sides: it is stale when `confirmations` checks in a row were above
 * the threshold, and fresh again at `recoverAt` of it. A check that could not measure it counts for neither.
 * @param earlier checks of the same version, the newest first
 */
export function judgeDimension(
  measure: DimensionMeasure,
  earlier: readonly EarlierCheck[],
  at: string,
  policy: FreshnessPolicy,
): DimensionFinding {
  const before = earlier.flatMap(({ at: time, dimensions }) =>
    dimensions.filter((one) => one.dimension === measure.dimension && one.value !== null).map((one) => ({ ...one, at: time })),
  );
  const last = before[0];
  if (measure.value === null) return keepKnown(measure, last);
  const isAbove = measure.value > measure.threshold;
  const isAgain = measure.evidence !== null && measure.evidence === last?.evidence;
  const checksAbove = isAbove ? (last?.checksAbove ?? 0) + (isAgain ? 0 : 1) : 0;
  const values = [
    ...before.slice(0, checksOfTrend - 1).map(({ at: time, value }) => ({ at: time, value: value! })),
    { at, value: measure.value },
  ];
  const state = stateOf(measure.value, measure.threshold, checksAbove, last?.state ?? 'fresh', policy);
  const forecast = isAbove ? null : forecastCrossing(values, measure.threshold);
  return { ...measure, state, checksAbove, trendPerDay: trendPerDay(values), forecast };
}

/** What is not known today keeps what was known of it: breaking the build makes no profile fresh. */
function keepKnown(measure: DimensionMeasure, last: DimensionFinding | undefined): DimensionFinding {
  const checksAbove = last?.checksAbove ?? 0;
  if (last?.state !== 'stale') return { ...measure, state: 'unavailable', checksAbove, trendPerDay: null, forecast: null };
  const sentence = `${measure.sentence} When it was last measured it was stale: ${last.sentence}`;
  return { ...measure, sentence, state: 'stale', checksAbove, trendPerDay: null, forecast: null };
}

function stateOf(value: number, threshold: number, checksAbove: number, last: DimensionState, policy: FreshnessPolicy): DimensionState {
  if (last === 'stale') return value <= threshold * policy.recoverAt ? 'fresh' : 'stale';
  if (checksAbove === 0) return 'fresh';
  return checksAbove >= policy.confirmations ? 'stale' : 'rising';
}

/** The verdict is the worst of the dimensions, in a sentence that names those which made it. */
export function judgeFreshness(findings: readonly DimensionFinding[]): { readonly verdict: FreshnessVerdict; readonly sentence: string } {
  const stale = findings.filter(({ state }) => state === 'stale');
  if (stale.length > 0) return { verdict: 'stale', sentence: stale.map(({ sentence }) => sentence).join(' ') };
  const rising = findings.filter(({ state }) => state === 'rising');
  const known = findings.filter(({ state }) => state !== 'unavailable');
  const rest =
    rising.length === 0 ? '' : ` Above its threshold, not confirmed yet: ${rising.map(({ dimension }) => dimension).join(', ')}.`;
  const unknown = findings.length - known.length;
  const of = unknown === 0 ? `all ${known.length} dimensions` : `${known.length} dimensions, ${unknown} not known`;
  return { verdict: 'fresh', sentence: `Fresh: ${of}.${rest}` };
}
