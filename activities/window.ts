import type { HostActivities, WindowRequest } from '../domain/contracts/host-activities.ts';
import { HoneError } from '../domain/errors.ts';
import type { BlobRef } from '../domain/model/blob.ts';
import type { Window } from '../domain/model/collection.ts';
import type { WindowMeasure } from '../domain/ports/host.ts';
import type { LongCall } from '../domain/ports/toolchain.ts';
import { judgeWindow } from '../domain/rules/admission.ts';
import { judgeBooks } from '../domain/rules/books.ts';
import type { Exclusive, HostActivityPorts } from './host-ports.ts';
import { leaseKeeper } from './lease.ts';
import { longCall } from './long-call.ts';
import { confirmNotStopped } from './mirror-stopped.ts';
import { untilStored } from './until-stored.ts';

/** A window that its time limit ended with fewer of its requests than this says little of them. */
const fewestShare = 0.1;

interface Worked {
  readonly requests: number;
  readonly rawProfiles: readonly BlobRef[];
  /** See `SessionState`; none without a mirror. */
  readonly unaccounted: number;
}

/** Warm-up and windows: by replayed requests for http, by runs for a command drive. */
export function windowActivities(
  { host, gateway, store }: HostActivityPorts,
  exclusive: Exclusive,
): Pick<HostActivities, 'warmUp' | 'collectWindow'> {
  const keepLease = leaseKeeper(host.name, store.hosts);

  /** Waits until the gateway has replayed so many more requests; a restart of the gateway or a dead instance voids the work. */
  async function replayed(
    request: WindowRequest,
    wanted: number,
    seconds: number,
    { signal }: LongCall,
  ): Promise<Omit<Worked, 'rawProfiles'>> {
    const sessionId = request.sessionId!;
    const before = await gateway.state(sessionId);
    // A gateway that restarted has forgotten what it is for; an attempt after its restart sees only that.
    if (before.phase !== 'training') throw gatewayRestarted(request);
    confirmNotStopped(before);
    const after = await gateway.waitUntil(sessionId, 'replayed', before.counters.replayed + wanted, seconds, signal);
    await host.assertRunning(request.instance.instanceId);
    if (after.gatewayStart !== before.gatewayStart) throw gatewayRestarted(request);
    confirmNotStopped(after);
    return { requests: after.counters.replayed - before.counters.replayed, unaccounted: after.unaccounted };
  }

  async function work(request: WindowRequest, call: LongCall): Promise<Worked> {
    const { requestsPerWindow, windowSeconds } = request.manifest.collection;
    if (request.sessionId === null) {
      const { runs, rawProfiles } = await host.runInputs(request.spec, roundsFor(request, requestsPerWindow), call);
      return { requests: runs, rawProfiles, unaccounted: 0 };
    }
    await host.resetCounters(request.instance.instanceId);
    const { requests, unaccounted } = await replayed(request, requestsPerWindow, windowSeconds, call);
    if (requests < requestsPerWindow * fewestShare) throw emptyWindow(request, requests);
    return { requests, unaccounted, rawProfiles: await host.writeCounters(request.instance.instanceId) };
  }

  async function measured(request: WindowRequest, call: LongCall): Promise<{ worked: Worked; measure: WindowMeasure }> {
    const recording = await host.record(request.instance, request.manifest);
    try {
      const worked = await work(request, call);
      return { worked, measure: await recording.finish() };
    } catch (error) {
      recording.abandon();
      throw error;
    }
  }

  return {
    warmUp: (request) =>
      longCall((call) =>
        exclusive(request.instance.instanceId, async () => {
          const { warmUpRequests, windowSeconds } = request.manifest.collection;
          if (warmUpRequests === 0) return { requests: 0 };
          if (request.sessionId === null) return { requests: (await host.runInputs(request.spec, 1, call)).runs };
          const { requests } = await replayed(request, warmUpRequests, windowSeconds, call);
          if (requests === 0) throw emptyWindow(request, requests);
          return { requests };
        }),
      ),

    collectWindow: (request) =>
      longCall((call) =>
        exclusive(request.instance.instanceId, async () => {
          await untilStored(call, () => keepLease(request.cycleId));
          const { worked, measure } = await measured(request, call);
          const books = judgeBooks(worked.unaccounted, worked.requests);
          const rejections = [...judgeWindow(measure.environment.summary, request.manifest.collection.admission), ...books];
          const window = windowOf(request, worked, measure, rejections);
          return summaryOf(await untilStored(call, () => store.windows.save(window)));
        }),
      ),
  };
}

/** Rounds over the training inputs that make at least so many runs. */
function roundsFor({ manifest }: WindowRequest, runs: number): number {
  const inputs = manifest.drive.kind === 'command' ? manifest.drive.inputs.filter(({ heldOut }) => !heldOut).length : 0;
  return Math.ceil(runs / Math.max(1, inputs));
}

function windowOf(
  request: WindowRequest,
  { requests, rawProfiles }: Worked,
  measure: WindowMeasure,
  rejections: readonly string[],
): Omit<Window, 'id'> {
  const { cycleId, hostId, index, attempt } = request;
  return { cycleId, hostId, index, attempt, ...measure, requests, kept: rejections.length === 0, rejections, rawProfiles };
}

function summaryOf({
  id,
  index,
  attempt,
  kept,
  requests,
  rejections,
  rawProfiles,
}: Window): Awaited<ReturnType<HostActivities['collectWindow']>> {
  return { id, index, attempt, kept, requests, rejections, rawProfiles };
}

function gatewayRestarted({ index }: WindowRequest): HoneError {
  const what = index === 0 ? 'the warm-up' : `window ${index}`;
  return new HoneError(
    'gateway-restarted',
    `The gateway restarted during ${what}.`,
    'It is repeated; the log of the gateway says why it ended.',
  );
}

function emptyWindow({ manifest }: WindowRequest, requests: number): HoneError {
  return new HoneError(
    'window-empty',
    `${requests === 0 ? 'No request was' : `Only ${requests} requests were`} replayed within ${manifest.collection.windowSeconds} s.`,
    'See that production has traffic of the mirrored methods (mirror.methods, mirror.share), or raise collection.windowSeconds.',
  );
}
