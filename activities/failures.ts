import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { HoneError } from '../domain/errors.ts';

/** A defect may be a passing one (a race, a broken connection that nothing maps yet); one that comes so often does not pass. */
const attemptsOfADefect = 3;

/**
 * How an error crosses the engine. A HoneError: its code is the type, its data the first detail, and only retryable ones
 * are tried again. The engine's own failures stay what they are. Anything else is a defect: `internal`, tried a few times.
 */
export function toApplicationFailure(error: unknown, attempt: number): unknown {
  if (error instanceof TemporalFailure) return error;
  if (!(error instanceof HoneError)) {
    const message = error instanceof Error ? error.message : String(error);
    return ApplicationFailure.create({
      type: 'Defect',
      message,
      nonRetryable: attempt >= attemptsOfADefect,
      ...(error instanceof Error ? { cause: error } : {}),
    });
  }
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !error.retryable,
    details: [error.toData()],
    cause: error,
  });
}
