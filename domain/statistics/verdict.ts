import { exceeds, fallsShort, halfWidth, momentsOf } from './sequence.ts';
import type { Moments } from './sequence.ts';
import type { EndpointFigure, EvaluationPair, LegMeasure, RatioInterval } from '../model/evaluation.ts';

/** The part of the manifest's evaluation policy that judges. */
export interface VerdictPolicy {
  /** The chance of a false promotion, however often one looks, and that of a false refusal; each side of the interval is at this level. */
  readonly alpha: number;
  /** 0.02 asks for a baseline that costs more than 1.02 times the candidate. */
  readonly minimumGain: number;
  readonly minimumPairs: number;
}

/** Where an evaluation stands after some pairs. */
export interface Judgement {
  /** Null while the interval is unbounded, or while the test at the gain asked for does not bear it out. */
  readonly interval: RatioInterval | null;
  /** Null: more pairs are needed. */
  readonly decided: 'pass' | 'fail' | null;
}

/**
 * Judges pairs by the confidence sequence of design.md, section 6. `pass`: "the ratio is at most 1 + minimumGain" is
 * rejected, so that the interval's low end lies above it; `fail`: "the ratio is at least 1 + minimumGain" is rejected, so
 * that its high end lies below. The test at the gain asked for decides, since only that one is exact: with few pairs the
 * boundary rejects centres near the mean before far ones (a very large gain needs about 14 pairs), so that an interval read
 * alone would promise more than α. Until both agree there is neither a decision nor an interval to show.
 */
export function judge(pairs: readonly Pick<EvaluationPair, 'logRatio'>[], policy: VerdictPolicy): Judgement {
  const { alpha, minimumGain, minimumPairs } = policy;
  const moments = momentsOf(pairs.map(({ logRatio }) => logRatio));
  const interval = ratioInterval(moments, alpha);
  if (interval === null) return { interval: null, decided: null };
  const asked = Math.log(1 + minimumGain);
  const [above, below] = [exceeds(moments, asked, alpha), fallsShort(moments, asked, alpha)];
  const borneOut = interval.low > 1 + minimumGain === above && interval.high < 1 + minimumGain === below;
  if (!borneOut) return { interval: null, decided: null };
  if (pairs.length < minimumPairs) return { interval, decided: null };
  return { interval, decided: above ? 'pass' : below ? 'fail' : null };
}

/**
 * The ratio at each endpoint with its own interval, the busiest endpoint first. Each interval is valid by itself at level α
 * on each side; they are figures for people, not gates. An endpoint without a cost in any pair is left out.
 */
export function endpointFigures(pairs: readonly EvaluationPair[], { alpha }: Pick<VerdictPolicy, 'alpha'>): readonly EndpointFigure[] {
  const endpoints = [...new Set(pairs.flatMap(({ baseline }) => Object.keys(baseline.endpointCpuNanoseconds)))];
  const figures = endpoints.flatMap((endpoint) => {
    const ratios = pairs.map((pair) => endpointLogRatio(pair, endpoint)).filter((ratio) => ratio !== null);
    const moments = momentsOf(ratios);
    const { ratio, low, high } = ratioInterval(moments, alpha) ?? { ratio: Math.exp(moments.mean), low: null, high: null };
    const requests = pairs.reduce((sum, { candidate }) => sum + (candidate.endpointCpuNanoseconds[endpoint]?.requests ?? 0), 0);
    return ratios.length === 0 ? [] : [{ endpoint, requests, pairs: ratios.length, ratio, low, high }];
  });
  return figures.toSorted((left, right) => right.requests - left.requests);
}

/** ln(baseline's CPU time per request over the candidate's) at one endpoint; null when a leg has no figure of it. */
function endpointLogRatio(pair: EvaluationPair, endpoint: string): number | null {
  const cost = (leg: LegMeasure): number => {
    const figure = leg.endpointCpuNanoseconds[endpoint];
    return figure === undefined || figure.requests === 0 ? 0 : figure.cpuNanoseconds / figure.requests;
  };
  const [baseline, candidate] = [cost(pair.baseline), cost(pair.candidate)];
  return baseline > 0 && candidate > 0 ? Math.log(baseline / candidate) : null;
}

function ratioInterval(moments: Moments, alpha: number): RatioInterval | null {
  const width = halfWidth(moments, alpha);
  if (width === null) return null;
  return { ratio: Math.exp(moments.mean), low: Math.exp(moments.mean - width), high: Math.exp(moments.mean + width) };
}
