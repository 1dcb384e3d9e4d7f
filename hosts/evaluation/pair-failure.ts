import { HoneError } from '../../domain/errors.ts';

/** Which build of a pair. */
export type LegName = 'baseline' | 'candidate';

/** Says which build spoilt the pair and how; a cancellation, a missing tool and the like stay what they are. */
export function evaluationFailed(leg: LegName, elfBuildId: string, how: unknown, lastLines: readonly string[] = []): unknown {
  if (typeof how !== 'string' && !isInstanceFailure(how)) return how;
  const what = typeof how === 'string' ? `The ${leg} build ${elfBuildId} ${how}.` : `The ${leg} build failed: ${how.message}`;
  const details = typeof how === 'string' ? lastLines : how.details;
  return new HoneError(
    leg === 'candidate' ? 'evaluation-failed' : 'baseline-failed',
    what,
    leg === 'candidate'
      ? 'No figure is given for a build that does not work. Run the optimised build by hand on the same requests; the baseline does not show this.'
      : 'No figure is given against a build that does not work. Run the baseline by hand on the same requests.',
    { details, ...(typeof how === 'string' ? {} : { cause: how }) },
  );
}

function isInstanceFailure(error: unknown): error is HoneError {
  return (
    error instanceof HoneError &&
    (error.code === 'instance-not-started' || error.code === 'instance-not-ready' || error.code === 'instance-lost')
  );
}

/**
 * Does something with both legs at once and waits for both. Of what both builds do wrong the candidate is not to blame, however
 * soon it fails: the baseline's failure is the one that is thrown.
 */
export async function withBothLegs<Leg extends { readonly name: LegName }, Result>(
  legs: readonly Leg[],
  run: (leg: Leg, place: number) => Promise<Result>,
): Promise<Result[]> {
  const settled = await Promise.allSettled(legs.map(run));
  const failed = settled
    .map((outcome, place) => ({ outcome, name: legs[place]?.name }))
    .filter(({ outcome }) => outcome.status === 'rejected');
  const blamed = failed.find(({ name }) => name === 'baseline') ?? failed[0];
  if (blamed) throw (blamed.outcome as PromiseRejectedResult).reason;
  return settled.map((outcome) => (outcome as PromiseFulfilledResult<Result>).value);
}
