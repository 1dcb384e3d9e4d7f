import { HoneError } from '../domain/errors.ts';
import type { LongCall } from '../domain/ports/toolchain.ts';
import { pause } from './pause.ts';

/** As long as the engine waits for the store in short activities (`quick` in workflows/options.ts). */
const patienceMilliseconds = 5 * 60_000;
const againMilliseconds = 1_000;

/**
 * What long work asks of the store: a store that is away for minutes is waited for, inside the long call and with its heartbeats,
 * since a failure here would throw the work away. `save` may run more than once. Throws what it threw last.
 */
export async function untilStored<Result>({ signal, progress }: LongCall, save: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + patienceMilliseconds;
  for (;;) {
    try {
      return await save();
    } catch (error) {
      if (!(error instanceof HoneError) || error.code !== 'store-unavailable' || performance.now() >= deadline) throw error;
      progress('waiting for Postgres');
      await pause(againMilliseconds, signal);
    }
  }
}
