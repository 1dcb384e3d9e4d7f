/** Settles at the first SIGINT, SIGTERM or SIGHUP; later ones are ignored while things are being stopped. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}
