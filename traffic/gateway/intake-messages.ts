import type { ReceivedRequest } from './intake.ts';

/** What the intake's thread is started with. */
export interface IntakeThreadData {
  readonly socketPath: string;
  readonly maximumBodyBytes: number;
}

/** A request that was not read to its end, or that found no room. */
export interface RefusedRequest {
  readonly refused: 'body-too-large' | 'broken-off' | 'queue-full';
  readonly requestId: string | null;
}

/** From the thread: it listens; or what has arrived since the last message, in the order of arrival. */
export type FromIntakeThread = 'listening' | readonly (ReceivedRequest | RefusedRequest)[];

/** To the thread: so many of its requests were taken; or the order to end. */
export type ToIntakeThread = number | 'close';
