/** Where work runs (design: one machine by default, many by configuration). */
export const controlQueue = 'hone-control';
export const buildQueue = 'hone-build';

/** The queue of one load-test host: only the worker on that machine polls it. */
export function hostQueue(host: string): string {
  return `hone-host-${host}`;
}
