import type { EndpointFigure, EvaluationPair, LegMeasure, RatioInterval } from '../model/evaluation.ts';
import { halfWidth, momentsOf } from './sequence.ts';

export interface VerdictPolicy {
  /** The chance of a false promotion, and of a false refusal, over all looks. */
  readonly alpha: number;
  /** 0.02 asks for a ratio above 1.02. */
  readonly minimumGain: number;
  readonly minimumPairs: number;
}

export interface Judgement {
  readonly interval: RatioInterval | null;
  readonly decided: 'pass' | 'fail' | null;
}

/** Pass when the whole interval lies above 1 + minimumGain, fail when it lies below, else not decided yet. */
export function judge(pairs: readonly EvaluationPair[], { alpha, minimumGain, minimumPairs }: VerdictPolicy): Judgement {
  const interval = ratioInterval(
    pairs.map(({ logRatio }) => logRatio),
    alpha,
  );
  if (!interval || pairs.length < minimumPairs) return { interval, decided: null };
  if (interval.low > 1 + minimumGain) return { interval, decided: 'pass' };
  return { interval, decided: interval.high < 1 + minimumGain ? 'fail' : null };
}

/** The interval of each endpoint that every pair measured, by the same method; without its own interval an endpoint is left out. */
export function endpointFigures(pairs: readonly EvaluationPair[], { alpha }: Pick<VerdictPolicy, 'alpha'>): readonly EndpointFigure[] {
  const names = new Set(pairs.flatMap(({ baseline }) => Object.keys(baseline.endpointCpuNanoseconds)));
  return [...names].sort().flatMap((endpoint) => {
    const ratios = pairs.flatMap(({ baseline, candidate }) => endpointLogRatio(baseline, candidate, endpoint) ?? []);
    const interval = ratioInterval(ratios, alpha);
    if (!interval) return [];
    const requests = pairs.reduce((sum, { candidate }) => sum + (candidate.endpointCpuNanoseconds[endpoint]?.requests ?? 0), 0);
    return [{ endpoint, requests, pairs: ratios.length, ...interval }];
  });
}

function endpointLogRatio(baseline: LegMeasure, candidate: LegMeasure, endpoint: string): number | null {
  const before = baseline.endpointCpuNanoseconds[endpoint];
  const after = candidate.endpointCpuNanoseconds[endpoint];
  if (!before || !after || before.cpuNanoseconds <= 0 || after.cpuNanoseconds <= 0) return null;
  return Math.log(before.cpuNanoseconds / before.requests / (after.cpuNanoseconds / after.requests));
}

function ratioInterval(logRatios: readonly number[], alpha: number): RatioInterval | null {
  const moments = momentsOf(logRatios);
  const width = halfWidth(moments, alpha);
  return width === null
    ? null
    : { ratio: Math.exp(moments.mean), low: Math.exp(moments.mean - width), high: Math.exp(moments.mean + width) };
}
