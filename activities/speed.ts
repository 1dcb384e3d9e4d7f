import type { HostActivities } from '../domain/contracts/host-activities.ts';
import type { EvaluationPair } from '../domain/model/evaluation.ts';
import type { LongCall } from '../domain/ports/toolchain.ts';
import type { Exclusive, HostActivityPorts } from './host-ports.ts';
import { leaseKeeper } from './lease.ts';
import { longCall } from './long-call.ts';
import { untilStored } from './until-stored.ts';

/** Throughput and latency are measured once in an evaluation: in one piece, since the turns of both builds belong together. */
export function speedActivities({ host, store, tossCoin }: HostActivityPorts, exclusive: Exclusive): Pick<HostActivities, 'measureSpeed'> {
  const keepLease = leaseKeeper(host.name, store.hosts);
  return {
    measureSpeed: (request) =>
      longCall((call) =>
        exclusive(request.evaluationId, async () => {
          const { evaluationId, cycleId, manifest, baseline, candidate, sourceArchive, data, heldOut } = request;
          const evaluation = await untilStored(call, () => store.evaluations.byId(evaluationId));
          if (evaluation?.speed) return evaluation.speed;
          const pairs = (await untilStored(call, () => store.evaluations.pairs(evaluationId))).map(({ pair }) => pair);
          const builds = { manifest, baseline, candidate, sourceArchive, data, heldOut };
          const measured = await whileOurs(
            call,
            () => keepLease(cycleId),
            (ours) => host.measureSpeed({ ...builds, candidateFirst: tossCoin(), measuredEndpoints: endpointsOfAll(pairs) }, ours),
          );
          await untilStored(call, () => store.evaluations.saveSpeed(evaluationId, measured));
          return measured;
        }),
      ),
  };
}

const renewalMilliseconds = 15_000;

/** Minutes of work, given up when somebody else has the host meanwhile. */
async function whileOurs<Result>(call: LongCall, keep: () => Promise<void>, work: (ours: LongCall) => Promise<Result>): Promise<Result> {
  await untilStored(call, keep);
  const lost = new AbortController();
  const signal = AbortSignal.any([call.signal, lost.signal]);
  const ours: LongCall = { ...call, signal };
  const renewal = setInterval(() => void untilStored(ours, keep).catch((error: unknown) => lost.abort(error)), renewalMilliseconds);
  try {
    return await work(ours);
  } finally {
    clearInterval(renewal);
  }
}

/** Those that no pair left out. */
function endpointsOfAll(pairs: readonly EvaluationPair[]): readonly string[] {
  const [first, ...others] = pairs.map(({ baseline }) => Object.keys(baseline.endpointCpuNanoseconds));
  return (first ?? []).filter((endpoint) => others.every((names) => names.includes(endpoint)));
}
