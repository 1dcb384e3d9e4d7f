import type { HostActivities } from '../domain/contracts/host-activities.ts';
import type { StressActivities } from '../domain/contracts/stress-activities.ts';
import { HoneError } from '../domain/errors.ts';
import type { StressProgress } from '../domain/model/stress.ts';
import type { Store } from '../domain/ports/store.ts';
import type { Exclusive, HostActivityPorts } from './host-ports.ts';
import { leaseKeeper } from './lease.ts';
import { longCall } from './long-call.ts';
import { untilStored } from './until-stored.ts';

/** The store's side of a stress window; short and idempotent. */
export function makeStressActivities({ store }: { store: Store }): StressActivities {
  return {
    async openStress(request) {
      const { cycleId, buildId } = await store.stress.open(request);
      const [cycle, corpus, build] = await Promise.all([
        store.cycles.byId(cycleId),
        store.cycles.corpus(cycleId),
        store.builds.byId(buildId),
      ]);
      if (cycle === null || corpus === null || build === null) {
        throw new HoneError(
          'not-found',
          `The corpus of cycle ${cycleId}, or the build ${buildId}, is gone.`,
          'Replay that of another cycle.',
        );
      }
      return { directory: cycle.directory, manifest: cycle.manifest, build, corpus: corpus.corpus };
    },
    closeStress: ({ stressId, state, error }) => store.stress.close(stressId, state, error),
  };
}

/** The replay itself, on the host. It has one attempt: a service is not put under stress twice because a worker died. */
export function replayActivities({ host, store }: HostActivityPorts, exclusive: Exclusive): Pick<HostActivities, 'replayCorpus'> {
  const keepLease = leaseKeeper(host.name, store.hosts);
  return {
    replayCorpus: ({ stressId, ...request }) =>
      longCall((call) =>
        exclusive(request.instance.instanceId, async () => {
          await untilStored(call, () => keepLease(stressId));
          const progress = lastOnly((one: StressProgress) => store.stress.saveProgress(stressId, one));
          const { result, measure } = await host.stress({ ...request, onProgress: (one) => progress.take(one) }, call);
          await progress.idle();
          const { environment, cpuNanoseconds } = measure;
          await untilStored(call, () => store.stress.saveResult(stressId, result, { environment, cpuNanoseconds }));
        }),
      ),
  };
}

/** Stores one value at a time, and of those that come meanwhile the last: a slow store must not hold a replay up. One that fails is let go. */
function lastOnly<Value>(save: (value: Value) => Promise<void>): { take(value: Value): void; idle(): Promise<void> } {
  let next: { readonly value: Value } | null = null;
  let saving: Promise<void> | null = null;
  const run = async () => {
    for (let one = next; one !== null; one = next) {
      next = null;
      await save(one.value).catch(() => undefined);
    }
    saving = null;
  };
  return {
    take(value) {
      next = { value };
      saving ??= run();
    },
    idle: async () => void (await saving),
  };
}
