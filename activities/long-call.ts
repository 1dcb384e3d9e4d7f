import { Context } from '@temporalio/activity';
import type { LongCall } from '../domain/ports/toolchain.ts';

const heartbeatMilliseconds = 2_000;

/**
 * Runs a long piece of work inside an activity: heartbeats while it lives, passes the activity's cancellation down, and
 * reports the last progress message as the heartbeat's detail.
 */
export async function longCall<Result>(run: (call: LongCall) => Promise<Result>): Promise<Result> {
  const context = Context.current();
  let lastMessage = '';
  const beat = () => context.heartbeat(lastMessage);
  const timer = setInterval(beat, heartbeatMilliseconds);
  try {
    beat();
    const result = await run({
      signal: context.cancellationSignal,
      progress: (message) => void (lastMessage = message),
    });
    return result;
  } catch (error) {
    // Work that was interrupted by the cancellation ends as cancelled, whatever the interruption looked like from inside.
    if (context.cancellationSignal.aborted) throw await context.cancelled.catch((reason: unknown) => reason);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
