import type { Manifest } from '../manifest/schema.ts';
import type { AnswerComparison, RatioInterval, Verdict } from '../model/evaluation.ts';

export interface ConclusionFacts {
  readonly pairs: number;
  readonly interval: RatioInterval | null;
  readonly decided: 'pass' | 'fail' | null;
  readonly answers: AnswerComparison;
  readonly undecided: 'pairs' | 'seconds' | 'same-program' | null;
  /** A build that crashed or exited badly; null when all pairs ran. */
  readonly failure: string | null;
  readonly policy: Manifest['evaluation'];
}

/** The verdict and its one sentence. A crash or a different answer outweighs any gain. */
export function concludeEvaluation(facts: ConclusionFacts): { readonly verdict: Verdict; readonly sentence: string } {
  const { failure, answers, decided, undecided, pairs, policy } = facts;
  if (failure !== null) return { verdict: 'fail', sentence: failure };
  if (answers.different > 0) {
    return {
      verdict: 'fail',
      sentence: `The candidate answered ${answers.different} of ${answers.compared} requests differently${answers.examples[0] ? `, for example ${answers.examples[0]}` : ''}.`,
    };
  }
  if (undecided === 'same-program') {
    return { verdict: 'inconclusive', sentence: 'The candidate and the baseline are the same program: there is nothing to measure.' };
  }
  const measured = facts.interval ? describeInterval(facts.interval) : 'There is no interval yet';
  const asked = policy.minimumGain === 0 ? 'any gain' : `a gain of ${(policy.minimumGain * 100).toFixed(1)} %`;
  if (decided === 'pass')
    return {
      verdict: 'pass',
      sentence: `${measured} after ${pairs} pairs: ${asked} is shown at α = ${policy.alpha}, all ${answers.compared} answers equal.`,
    };
  if (decided === 'fail')
    return { verdict: 'fail', sentence: `${measured} after ${pairs} pairs: ${asked} is ruled out at α = ${policy.alpha}.` };
  const budget = undecided === 'seconds' ? `${policy.maximumSeconds} s` : `${policy.maximumPairs} pairs`;
  return {
    verdict: 'inconclusive',
    sentence: `${measured} after ${pairs} pairs: the budget of ${budget} ended before ${asked} was shown or ruled out.`,
  };
}

function describeInterval({ ratio, low, high }: RatioInterval): string {
  return `The baseline needs ${ratio.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}) times the candidate's CPU time`;
}
