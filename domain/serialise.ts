/** Runs one piece of work at a time under a key. */
export type Serialiser = <Result>(key: string, task: () => Promise<Result>) => Promise<Result>;

/**
 * Runs the tasks of one key one after the other, in the order in which they were given, whether they succeed or not. What the
 * engine gave up on may still be ending when its next attempt arrives: the attempt waits for it.
 */
export function makeSerialiser(): Serialiser {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const run = (tails.get(key) ?? Promise.resolve()).then(task, task);
    const tail = run.catch(() => undefined);
    tails.set(key, tail);
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key);
    });
    return run;
  };
}
