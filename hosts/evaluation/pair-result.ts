import type { HttpLegResult } from './http-leg.ts';
import type { LegName } from './pair-failure.ts';
import type { EvaluationPair, LegMeasure } from '../../domain/model/evaluation.ts';
import type { PairRequest } from '../../domain/ports/host.ts';

/** The builds in the order of the roles that the coin gave them. */
export function roleOrder(candidateFirst: boolean): readonly [LegName, LegName] {
  return candidateFirst ? ['candidate', 'baseline'] : ['baseline', 'candidate'];
}

/** A leg's figures in the words of the model. */
export function asLeg(
  core: number,
  result: Pick<HttpLegResult, 'cpuNanoseconds' | 'requests' | 'endpoints'>,
  maximumResidentBytes: number,
): LegMeasure {
  const { cpuNanoseconds, requests, endpoints } = result;
  return { core, cpuNanoseconds, requests, endpointCpuNanoseconds: endpoints, maximumResidentBytes };
}

/** Both legs as one pair: ln(baseline's CPU time per request over the candidate's). */
export function makePair(request: PairRequest, startedAt: string, baseline: LegMeasure, candidate: LegMeasure): EvaluationPair {
  const cost = (leg: LegMeasure): number => leg.cpuNanoseconds / leg.requests;
  const { index, candidateFirst } = request;
  return { index, candidateFirst, baseline, candidate, logRatio: Math.log(cost(baseline) / cost(candidate)), startedAt };
}
