import { randomUUID } from 'node:crypto';

import { choosePairCores } from './cores.ts';
import { endpointOf, planBlocks, spreadSample } from './endpoint.ts';
import { noHeldOutRequests, readCorpus, type PairTools } from './http-pair.ts';
import { evaluationFailed, type LegName } from './pair-failure.ts';
import { blamed, makeSpeedTally, turnOrder, type SpeedTally } from './speed-turns.ts';
import { makeCpuClock } from '../local/cpu-time.ts';
import { groupMembers } from '../local/members.ts';
import { asId, type InstanceId } from '../../domain/ids.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { SpeedComparison } from '../../domain/model/speed.ts';
import type { SpeedRequest } from '../../domain/ports/host.ts';
import type { Arrival } from '../../domain/ports/replay.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';

const maximumWarmUp = 200;
const progressMilliseconds = 2000;
/** Latencies are taken where a service has room: at saturation they say how long the queue is, not how fast the program. */
const shareOfThroughput = 0.5;
const mostInFlight = 512;
/**
 * A turn sends requests for so long at the least, or one slow answer of a fast service would be its throughput; and at the most, so that a slow
 * service does not hold the host for hours.
 */
const turnSeconds = { leastSeconds: 0.5, mostSeconds: 15 } as const;
/** Each request once, but no longer than this. */
const warmUpSeconds = { leastSeconds: 0, mostSeconds: 5 } as const;

/** What all turns share. */
interface Turns {
  readonly request: SpeedRequest;
  readonly corpus: readonly CorpusRequest[];
  readonly core: number;
  readonly tools: PairTools;
  readonly call: LongCall;
  readonly tallies: Readonly<Record<LegName, SpeedTally>>;
}

/** Throughput, then latency at half of the slower build's throughput: one build at a time, started anew for each turn. */
export async function measureHttpSpeed(request: SpeedRequest, tools: PairTools, call: LongCall): Promise<SpeedComparison> {
  const whole = await readCorpus(request, tools.corpus);
  const [, core] = await choosePairCores();
  const tallies = { baseline: makeSpeedTally(), candidate: makeSpeedTally() };
  const turns: Turns = { request, corpus: measuredOnly(whole, request), core, tools, call, tallies };
  const order = turnOrder(request.candidateFirst);
  const alive = setInterval(() => call.progress('throughput and latency'), progressMilliseconds);
  try {
    for (const { name, turn } of order) {
      await blamed(name, (who) => inTurn(turns, who, (of) => closedTurn(turns, who, turn, of)));
    }
    const askedPerSecond = Math.min(tallies.baseline.perSecond(), tallies.candidate.perSecond()) * shareOfThroughput;
    const arrivals = [0, 1].map((turn) => poissonArrivals(partOf(turns, turn), askedPerSecond));
    for (const { name, turn } of order) {
      await blamed(name, (who) => inTurn(turns, who, (of) => openTurn(turns, who, arrivals[turn] ?? [], of)));
    }
    const { concurrency } = request.manifest.collection;
    const { candidateFirst } = request;
    const [baseline, candidate] = [tallies.baseline.figures(), tallies.candidate.figures()];
    return { candidateFirst, core, concurrency, askedPerSecond, baseline, candidate };
  } finally {
    clearInterval(alive);
  }
}

/** The requests of endpoints that every pair measured: of the others nobody knows whether they are answered in time. */
function measuredOnly(corpus: readonly CorpusRequest[], { measuredEndpoints, manifest }: SpeedRequest): readonly CorpusRequest[] {
  const blocks = planBlocks(corpus, manifest.evaluation.requestsPerLeg).filter(({ endpoint }) => measuredEndpoints.includes(endpoint));
  const kept = new Set(blocks.flatMap(({ requests }) => requests.map(endpointOf)));
  const left = corpus.filter((one) => kept.has(endpointOf(one)));
  if (left.length > 0) return left;
  throw noHeldOutRequests();
}

/** Each turn has a half of the requests, the same one for both builds; a corpus that is too short begins anew. */
function partOf({ corpus, request }: Turns, turn: number): readonly CorpusRequest[] {
  const count = Math.ceil(request.manifest.evaluation.speedRequests / 2);
  return Array.from({ length: count }, (_, index) => corpus[(turn * count + index) % corpus.length] as CorpusRequest);
}

/** A build that has its turn. */
interface Running {
  readonly port: number;
  /** CPU time so far, nanoseconds. */
  readonly cpu: () => Promise<number>;
  readonly signal: AbortSignal;
}

/** Starts the build, warms it up, lets it have its turn, sees that it lives, and stops it. */
async function inTurn(turns: Turns, name: LegName, run: (running: Running) => Promise<void>): Promise<void> {
  const { request, corpus, core, tools, call } = turns;
  const { manifest, sourceArchive, data } = request;
  const instanceId = asId<InstanceId>(`speed-${name}-${randomUUID()}`);
  const stop = new AbortController();
  const signal = AbortSignal.any([call.signal, stop.signal]);
  try {
    const spec = { ...request[name], manifest, sourceArchive, data, instanceId, core, instrumented: false };
    const port = (await tools.instances.deploy(spec, call)).port ?? 0;
    const { record } = await tools.instances.assertRunning(instanceId);
    const clock = makeCpuClock(() => groupMembers(record));
    const whole = (async () => {
      const [requests, { concurrency }] = [spreadSample(corpus, maximumWarmUp), manifest.collection];
      await tools.replay.replay({ port, requests, concurrency, onAnswer: () => undefined, time: warmUpSeconds }, signal);
      await run({ port, cpu: () => clock.read(), signal });
      await tools.instances.assertRunning(instanceId);
    })();
    try {
      await Promise.race([whole, tools.instances.lost(instanceId)]);
    } catch (error) {
      stop.abort(error);
      await whole.catch(() => undefined);
      throw error;
    }
  } catch (error) {
    throw evaluationFailed(name, request[name].elfBuildId, error);
  } finally {
    await tools.instances.stop(instanceId);
  }
}

async function closedTurn(turns: Turns, name: LegName, turn: number, { port, cpu, signal }: Running): Promise<void> {
  const [tally, { concurrency }] = [turns.tallies[name], turns.request.manifest.collection];
  const onAnswer = (_: number, status: number): void => countErrors(tally, status);
  const before = await cpu();
  const { failed, late, seconds, busy } = await turns.tools.replay.replay(
    { port, requests: partOf(turns, turn), concurrency, onAnswer, time: turnSeconds },
    signal,
  );
  const busyShare = ((await cpu()) - before) / 1e9 / seconds;
  tally.closed({ answered: busy.completed, lost: failed + late, seconds: busy.seconds, busyShare });
}

/**
 * Requests that come by themselves, each whenever it likes: a Poisson process, whose gaps are exponentially distributed. The rhythm in which the
 * mirror saw them would not do: it has the pauses and bursts of the machine that it was recorded on.
 */
function poissonArrivals(requests: readonly CorpusRequest[], perSecond: number): readonly Arrival[] {
  if (perSecond === 0) return [];
  let at = 0;
  return requests
    .map((request) => ({ at: (at += (-Math.log(1 - Math.random()) * 1000) / perSecond), request, session: null }))
    .filter((arrival) => arrival.at <= turnSeconds.mostSeconds * 1000);
}

async function openTurn({ tools, tallies }: Turns, name: LegName, arrivals: readonly Arrival[], { port, signal }: Running): Promise<void> {
  const tally = tallies[name];
  let next = 0;
  await tools.replay.replayOpen(
    {
      port,
      next: () => arrivals[next++] ?? null,
      mostInFlight,
      onDue: () => undefined,
      onEnd({ status, latency, senderLag }) {
        if (typeof status !== 'number') return tally.lost();
        countErrors(tally, status);
        tally.ended(latency, senderLag);
      },
    },
    new AbortController().signal,
    signal,
  );
}

function countErrors(tally: SpeedTally, status: number): void {
  if (status >= 500) tally.serverError();
}
