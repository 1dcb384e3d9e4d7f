import { HoneError } from '../domain/errors.ts';
import type { CycleId } from '../domain/ids.ts';
import type { HostStore } from '../domain/ports/store.ts';

/** How long a host stays a cycle's without a sign of life. */
export const leaseSeconds = 60;

/** Renews a cycle's lease before work that must be alone on the host; throws `conflict` when another cycle has the host by now. */
export function leaseKeeper(host: string, hosts: Pick<HostStore, 'lease'>): (cycleId: CycleId) => Promise<void> {
  return async (cycleId) => {
    if (await hosts.lease(host, cycleId, leaseSeconds)) return;
    throw new HoneError(
      'conflict',
      `The lease of ${host} ran out and another cycle has the host.`,
      'The workers were away for more than a minute: see their logs, then refresh again.',
    );
  };
}
