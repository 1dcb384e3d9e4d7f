import { ApplicationFailure } from '@temporalio/common';
import { HoneError } from '../domain/errors.ts';

/** How a HoneError crosses the engine: its code is the type, its data the first detail, and only retryable ones are tried again. */
export function toApplicationFailure(error: unknown): unknown {
  if (!(error instanceof HoneError)) return error;
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !error.retryable,
    details: [error.toData()],
    cause: error,
  });
}
