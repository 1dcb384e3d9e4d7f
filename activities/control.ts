import type { ControlActivities, CycleBasis } from '../domain/contracts/control-activities.ts';
import type { RefreshCycle } from '../domain/model/cycle.ts';
import type { Store } from '../domain/ports/store.ts';
import { confirmRegion } from '../domain/rules/region.ts';
import { holderOf, leaseKeeper, leaseSeconds } from './lease.ts';
import { longCall } from './long-call.ts';
import { pause } from './pause.ts';

/** The channel whose build is the baseline of a cycle. */
const baselineChannel = 'stable';
const renewMilliseconds = 15_000;
const askAgainMilliseconds = 1_000;

/**
 * The store's side of a cycle: short and idempotent, but for the host's lease, which is held.
 * @param country where corpora lie (ISO 3166-1, two letters); null where nobody says
 */
export function makeControlActivities({ store, country }: { store: Store; country: string | null }): ControlActivities {
  async function basisOf({ targetId, directory, manifest }: RefreshCycle): Promise<CycleBasis> {
    const channel = await store.releases.channel(targetId, baselineChannel);
    const release = channel.releaseId ? await store.releases.byId(channel.releaseId) : null;
    const promoted = release ? await store.builds.byId(release.buildId) : null;
    const last = await store.profiles.latest(targetId);
    return {
      directory,
      manifest,
      promoted,
      lastVersion: last && { id: last.id, number: last.number, profile: last.profile },
    };
  }

  return {
    async openCycle({ cycleId, targetId, workflowId, reason }) {
      const cycle = await store.cycles.open({ id: cycleId, targetId, workflowId, reason });
      confirmRegion(cycle.manifest, country);
      return basisOf(cycle);
    },
    recordEvent: (event) => store.cycles.recordEvent(event),
    closeCycle: ({ cycleId, state, error }) => store.cycles.close(cycleId, state, error),

    takeHost: (request) => store.hosts.lease(request.host, holderOf(request), leaseSeconds),
    acquireHost: (request) =>
      longCall(async ({ signal, progress }) => {
        while (!(await store.hosts.lease(request.host, holderOf(request), leaseSeconds))) {
          progress(`waiting for ${request.host}: somebody else uses it`);
          await pause(askAgainMilliseconds, signal);
        }
      }),
    holdHost: (request) =>
      longCall(async ({ signal }) => {
        const keepLease = leaseKeeper(request.host, store.hosts);
        for (;;) {
          await pause(renewMilliseconds, signal);
          await keepLease(holderOf(request));
        }
      }),
    releaseHost: (request) => store.hosts.release(request.host, holderOf(request)),

    async publishProfile(request) {
      const { id, number } = await store.profiles.publish(request);
      return { id, number };
    },
    settleProfile: ({ id, state }) => store.profiles.setState(id, state),
    async offerRelease(request) {
      const { id, number } = await store.releases.offer(request);
      return { id, number };
    },
  };
}
