/** The demo was interrupted before it was done. Its message says what became of the cycle. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor(what = 'before a cycle began') {
    super(`interrupted: ${what}`);
  }
}
