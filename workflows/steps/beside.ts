import { CancellationScope } from '@temporalio/workflow';
import type { CycleContext } from './cycle-context.ts';

/** Work that goes on beside the stages until one of them needs its result. */
export interface Beside<Result> {
  /** Throws what went wrong, so that it shows where the result is needed. */
  result(): Promise<Result>;
}

/** Starts work beside the stages. It ends with the cycle, however that ends: what it takes is registered before it starts. */
export function startBeside<Result>({ compensations }: CycleContext, name: string, work: () => Promise<Result>): Beside<Result> {
  const scope = new CancellationScope();
  let settled: Promise<unknown> = Promise.resolve();
  compensations.register(name, async () => {
    scope.cancel();
    await settled;
  });
  const running = scope.run(work);
  settled = running.catch(() => undefined);
  return { result: () => running };
}
