import { CancellationScope, log } from '@temporalio/workflow';

/** Gives back what a step took; must be harmless when nothing was taken. */
export type Compensation = () => Promise<unknown>;

/** What has been taken so far and how to give it back. Register first, then take. */
export interface Compensations {
  register(name: string, compensation: Compensation): void;
  /** Gives one thing back now, in its normal place, and forgets it. */
  settle(name: string): Promise<void>;
  /** Gives everything back, last taken first; a cancelled workflow does it too. Answers the names that could not be given back. */
  settleAll(): Promise<readonly string[]>;
}

export function startCompensations(): Compensations {
  const taken: { name: string; compensation: Compensation }[] = [];

  async function settle(name: string): Promise<void> {
    const entry = taken.findLast((candidate) => candidate.name === name);
    if (!entry) return;
    await CancellationScope.nonCancellable(() => entry.compensation());
    taken.splice(taken.indexOf(entry), 1);
  }

  return {
    register: (name, compensation) => void taken.push({ name, compensation }),
    settle,
    async settleAll() {
      const failed: string[] = [];
      while (taken.length > 0) {
        const { name, compensation } = taken.pop()!;
        try {
          await CancellationScope.nonCancellable(() => compensation());
        } catch (error) {
          log.error(`could not give back ${name}`, { error });
          failed.push(name);
        }
      }
      return failed;
    },
  };
}
