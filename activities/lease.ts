import { HoneError } from '../domain/errors.ts';
import type { LeaseRequest } from '../domain/contracts/control-activities.ts';
import type { CycleId, StressId } from '../domain/ids.ts';
import type { HostStore } from '../domain/ports/store.ts';

/** How long a host stays its holder's without a sign of life. */
export const leaseSeconds = 60;

/** Who asks for a host. */
export function holderOf(request: LeaseRequest): CycleId | StressId {
  return 'stressId' in request ? request.stressId : request.cycleId;
}

/** Renews a lease before work that must be alone on the host; throws `conflict` when somebody else has the host by now. */
export function leaseKeeper(host: string, hosts: Pick<HostStore, 'lease'>): (holder: CycleId | StressId) => Promise<void> {
  return async (holder) => {
    if (await hosts.lease(host, holder, leaseSeconds)) return;
    throw new HoneError(
      'conflict',
      `The lease of ${host} ran out and somebody else has the host.`,
      'The workers were away for more than a minute: see their logs, then refresh again.',
    );
  };
}
