import { Failure, type FailureData } from '../failure.ts';

/** Asked for in every mutation: the members of its union that are errors share one interface. */
export const errorSelection = '... on Failure { code message advice details }';

/** A mutation's answer: what was asked for, or one of its typed errors. */
export type Answer<Success> = (Success & { readonly __typename: string }) | (FailureData & { readonly __typename: string });

/** The success, or a thrown `Failure`. */
export function successOf<Success extends object>(answer: Answer<Success>): Success {
  if ('code' in answer && 'message' in answer) throw new Failure(answer);
  const { __typename: _typename, ...success } = answer;
  return success as unknown as Success;
}
