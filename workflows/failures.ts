import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import { HoneError, type HoneErrorData, isHoneErrorCode } from '../domain/errors.ts';

/** What a failed step means to a person. A HoneError crosses the engine as an ApplicationFailure whose type is its code. */
export function toErrorData(error: unknown): HoneErrorData {
  if (error instanceof HoneError) return error.toData();
  const cause = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && cause.type && isHoneErrorCode(cause.type)) {
    const data = cause.details?.[0] as HoneErrorData | undefined;
    return data ?? { code: cause.type, message: cause.message, advice: 'See the workflow in Temporal for more.' };
  }
  const step = error instanceof ActivityFailure ? error.activityType : 'The workflow';
  if (cause instanceof TimeoutFailure) {
    return {
      code: 'engine-unavailable',
      message: `${step} did not answer in time: no worker took it up, or the one that had it is gone.`,
      advice: 'See that the worker and the gateway run (their logs are in the data folder), then ask again.',
    };
  }
  return {
    code: 'internal',
    message: `${step} failed unexpectedly: ${cause instanceof Error ? cause.message : String(cause)}`,
    advice: "This is a defect in Hone: the worker's log and the workflow's history in Temporal have the details.",
  };
}

/** A failure of a whole workflow that its caller reads: the data goes with it. A cancellation stays one. */
export function workflowFailure(error: unknown): unknown {
  if (isCancellation(error)) return error;
  const data = toErrorData(error);
  return ApplicationFailure.create({ type: data.code, message: data.message, nonRetryable: true, details: [data] });
}

/** True when the failure is one of Hone's own with this code. */
export function failedWith(error: unknown, code: HoneErrorData['code']): boolean {
  return !isCancellation(error) && toErrorData(error).code === code;
}
