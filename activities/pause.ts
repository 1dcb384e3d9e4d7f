import { setTimeout as delay } from 'node:timers/promises';

/** Waits, or throws as soon as the signal fires. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal });
}
