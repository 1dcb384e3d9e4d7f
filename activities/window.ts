import type { HostActivities, WindowRequest } from '../domain/contracts/host-activities.ts';
import { HoneError } from '../domain/errors.ts';
import type { InstanceId } from '../domain/ids.ts';
import type { BlobRef } from '../domain/model/blob.ts';
import type { Window } from '../domain/model/collection.ts';
import type { InstanceSpec, WindowMeasure } from '../domain/ports/host.ts';
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
    await Promise.all(idsOf(request).map((id) => host.assertRunning(id)));
    if (after.gatewayStart !== before.gatewayStart) throw gatewayRestarted(request);
    confirmNotStopped(after);
    return { requests: after.counters.replayed - before.counters.replayed, unaccounted: after.unaccounted };
  }

  async function work(request: WindowRequest, call: LongCall): Promise<Worked> {
    const { requestsPerWindow, windowSeconds } = request.manifest.collection;
    if (request.sessionId === null) {
      const { runs, rawProfiles } = await host.runInputs(onlySpec(request), roundsFor(request, requestsPerWindow), call);
      return { requests: runs, rawProfiles, unaccounted: 0 };
    }
    await Promise.all(idsOf(request).map((id) => host.resetCounters(id)));
    const { requests, unaccounted } = await replayed(request, requestsPerWindow, windowSeconds, call);
    if (requests < requestsPerWindow * fewestShare) throw emptyWindow(request, requests);
    const written = await Promise.all(idsOf(request).map((id) => host.writeCounters(id)));
    return { requests, unaccounted, rawProfiles: written.flat() };
  }

  async function measured(request: WindowRequest, call: LongCall): Promise<{ worked: Worked; measure: WindowMeasure }> {
    const recording = await host.record(
      request.members.map(({ instance }) => instance),
      request.manifest,
    );
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
        exclusiveAll(exclusive, idsOf(request), async () => {
          const { warmUpRequests, windowSeconds } = request.manifest.collection;
          if (warmUpRequests === 0) return { requests: 0 };
          if (request.sessionId === null) return { requests: (await host.runInputs(onlySpec(request), 1, call)).runs };
          const { requests } = await replayed(request, warmUpRequests, windowSeconds, call);
          if (requests === 0) throw emptyWindow(request, requests);
          return { requests };
        }),
      ),

    collectWindow: (request) =>
      longCall((call) =>
        exclusiveAll(exclusive, idsOf(request), async () => {
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

const idsOf = ({ members }: WindowRequest): readonly InstanceId[] => members.map(({ instance }) => instance.instanceId);

/** A command drive has one instance: its folder. */
function onlySpec({ members }: WindowRequest): InstanceSpec {
  const [member] = members;
  if (member === undefined) throw new Error('A window without an instance.');
  return member.spec;
}

/** Alone with every one of the instances; always taken in one order. */
function exclusiveAll<Result>(exclusive: Exclusive, ids: readonly InstanceId[], run: () => Promise<Result>): Promise<Result> {
  return ids.reduceRight<() => Promise<Result>>((inner, id) => () => exclusive(id, inner), run)();
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
    `${requests === 0 ? 'No request was' : `Only ${requests} ${requests === 1 ? 'request was' : 'requests were'}`} replayed within ${manifest.collection.windowSeconds} s.`,
    'See that production has traffic of the mirrored methods (mirror.methods, mirror.share), or raise collection.windowSeconds.',
  );
}
