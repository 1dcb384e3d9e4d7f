import type { ReceivedRequest } from './intake.ts';

/** What the intake's thread is started with. */
export interface IntakeThreadData {
  readonly socketPath: string;
  readonly maximumBodyBytes: number;
}

/** A request that was not read to its end, or that found no room. */
export type IntakeRefusal = 'body-too-large' | 'broken-off' | 'queue-full';

/** From the thread: it listens; or what has arrived since the last message, in the order of arrival. */
export type FromIntakeThread = 'listening' | readonly (ReceivedRequest | IntakeRefusal)[];

/** To the thread: so many of its requests were taken; or the order to end. */
export type ToIntakeThread = number | 'close';
