import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../api/client.ts';
import { Failure } from '../failure.ts';
import { type EventView, cycleProgressOperation, readCycle } from '../operations/cycle.ts';

const longestWaitSeconds = 5;
const attempts = 12;

/**
 * The events of a cycle, each once and in order, from the first to the last; ends when the cycle has ended or the signal fires. A
 * broken connection is opened again where it broke (`onBreak` is told once per break); after about a minute without one it throws.
 */
export async function* followCycle(
  api: ApiClient,
  cycleId: string,
  signal: AbortSignal,
  onBreak: (why: string) => void,
): AsyncGenerator<EventView> {
  let last = 0;
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const { cycleProgress: event } of api.subscribe(cycleProgressOperation, { id: cycleId, afterSequence: last }, signal)) {
        failures = 0;
        if (event.sequence <= last) continue;
        last = event.sequence;
        yield event;
      }
      const { state } = await readCycle(api, cycleId, signal);
      if (state !== 'running') return;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Failure) || error.data.code !== 'api-unreachable' || (failures += 1) >= attempts) throw error;
      if (failures === 1) onBreak(error.message);
    }
    const waitSeconds = Math.min(longestWaitSeconds, 0.25 * 2 ** failures);
    await delay(waitSeconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}
