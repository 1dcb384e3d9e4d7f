/** Ends the source at once when the client goes: a generator that waits for its next value could not be ended by `return`. */
export function cancellable<Value>(open: (signal: AbortSignal) => AsyncIterable<Value>): AsyncIterableIterator<Value> {
  const controller = new AbortController();
  const source = open(controller.signal)[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => source.next(),
    async return() {
      controller.abort();
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}
