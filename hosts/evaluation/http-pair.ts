import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';

import { compareAnswers, makeAnswerDigest } from './answers.ts';
import { choosePairCores } from './cores.ts';
import { planBlocks, spreadSample } from './endpoint.ts';
import type { EndpointBlock } from './endpoint.ts';
import { runHttpLeg, warmUpLeg, withoutEndpoints } from './http-leg.ts';
import type { HttpLegResult } from './http-leg.ts';
import { evaluationFailed, withBothLegs } from './pair-failure.ts';
import type { LegName } from './pair-failure.ts';
import { asLeg, makePair, roleOrder } from './pair-result.ts';
import { makeCpuClock, maximumResidentBytes } from '../local/cpu-time.ts';
import type { Instances } from '../local/instances.ts';
import { describeExit } from '../local/launch.ts';
import { groupMembers } from '../local/members.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId } from '../../domain/ids.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { CorpusRequest, InstanceExit, InstanceRef } from '../../domain/model/collection.ts';
import type { AnswerComparison, EvaluationPair, LegMeasure } from '../../domain/model/evaluation.ts';
import type { CorpusPort } from '../../domain/ports/corpus.ts';
import type { PairRequest } from '../../domain/ports/host.ts';
import type { ReplayPort } from '../../domain/ports/replay.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';

/** What a pair needs of its host. */
export interface PairTools {
  readonly instances: Instances;
  readonly corpus: CorpusPort;
  readonly replay: ReplayPort;
}

export interface PairOutcome {
  readonly pair: EvaluationPair;
  readonly answers: AnswerComparison;
}

const warmUpShare = 0.05;
const maximumWarmUp = 200;
const progressMilliseconds = 2000;

interface Leg {
  readonly name: LegName;
  readonly instanceId: InstanceId;
  readonly core: number;
}

/** One pair over HTTP: both builds started anew, on two cores, the same held-out requests to both at the same moment. */
export async function measureHttpPair(request: PairRequest, tools: PairTools, call: LongCall): Promise<PairOutcome> {
  const corpus = await readCorpus(request, tools.corpus);
  const cores = await choosePairCores();
  const legs = roleOrder(request.candidateFirst).map((name, role) => {
    return { name, core: cores[role] as number, instanceId: asId<InstanceId>(`pair-${request.index}-${name}-${randomUUID()}`) };
  });
  const alive = setInterval(() => call.progress(`pair ${request.index}`), progressMilliseconds);
  try {
    const refs = await startLegs(legs, request, tools, call);
    return await runLegs(legs, refs, corpus, request, tools, call);
  } finally {
    clearInterval(alive);
    // Whatever happened, neither build keeps running; after a good run both are stopped already and this finds nothing.
    await Promise.all(legs.map(({ instanceId }) => tools.instances.stop(instanceId)));
  }
}

/** The held-out requests. Throws `window-empty` without any. */
export async function readCorpus(request: Pick<PairRequest, 'heldOut'>, from: CorpusPort): Promise<readonly CorpusRequest[]> {
  const corpus = request.heldOut === null ? [] : await from.requests('heldOut', request.heldOut.digest);
  if (corpus.length > 0) return corpus;
  throw noHeldOutRequests();
}

/** The error for a corpus of which nothing can be asked. */
export function noHeldOutRequests(): HoneError {
  return new HoneError(
    'window-empty',
    'There are no held-out requests to evaluate with.',
    'Let more traffic through the mirror, or raise collection.heldOutSeconds.',
  );
}

/** Deploys one after the other, in the order of the roles: the coin decides who starts first, not the scheduler. */
function startLegs(legs: readonly Leg[], request: PairRequest, tools: PairTools, call: LongCall): Promise<readonly InstanceRef[]> {
  let before: Promise<unknown> = Promise.resolve();
  return withBothLegs(legs, ({ name, instanceId, core }) => {
    const spec = { ...request[name], ...contents(request), instanceId, core, instrumented: false };
    const started = before.then(() => tools.instances.deploy(spec, call));
    // A candidate that does not start is not to blame unless the baseline does.
    before = name === 'candidate' ? started.catch(() => {}) : started;
    return started.catch((error: unknown) => {
      throw evaluationFailed(name, request[name].elfBuildId, error);
    });
  });
}

function contents(request: PairRequest): Pick<PairRequest, 'manifest' | 'sourceArchive' | 'data'> {
  return { manifest: request.manifest, sourceArchive: request.sourceArchive, data: request.data };
}

async function runLegs(
  legs: readonly Leg[],
  refs: readonly InstanceRef[],
  corpus: readonly CorpusRequest[],
  request: PairRequest,
  tools: PairTools,
  call: LongCall,
): Promise<PairOutcome> {
  const { evaluation, collection } = request.manifest;
  const planned = planBlocks(corpus, evaluation.requestsPerLeg);
  const digest = makeAnswerDigest(evaluation.answers);
  const stops = legs.map(() => new AbortController());
  const warmUp = spreadSample(corpus, Math.min(maximumWarmUp, Math.max(1, Math.ceil(evaluation.requestsPerLeg * warmUpShare))));
  const each = <Result>(run: (leg: Leg, port: number, place: number) => Promise<Result>): Promise<Result[]> =>
    withBothLegs(legs, (leg, place) => guarded(leg, request, tools, stopsWith(leg, legs, stops), run(leg, refs[place]?.port ?? 0, place)));
  const members = await Promise.all(legs.map(({ instanceId }) => memberReader(instanceId, tools)));
  const options = (port: number, place: number) => ({
    port,
    concurrency: collection.concurrency,
    replay: tools.replay,
    clock: makeCpuClock(members[place] as () => Promise<readonly number[]>),
    digest,
    signal: AbortSignal.any([call.signal, (stops[place] as AbortController).signal]),
  });
  await each((_, port, place) => warmUpLeg(warmUp, options(port, place)));
  const startedAt = new Date().toISOString();
  const measured = await each((_, port, place) => runHttpLeg(planned, options(port, place)));
  const { blocks, results } = answeredInTime(planned, measured, legs);
  const measures = await withBothLegs(legs, async (leg, place) => {
    const result = results[place] as HttpLegResult;
    await confirmAnswers(leg, result, blocks, request, tools);
    return asLeg(leg.core, result, await maximumResidentBytes(await (members[place] as () => Promise<readonly number[]>)()));
  });
  await confirmStops(legs, request, tools);
  const of = <Item>(items: readonly Item[], name: LegName): Item => items[legs.findIndex((leg) => leg.name === name)] as Item;
  const pair = makePair(request, startedAt, of<LegMeasure>(measures, 'baseline'), of<LegMeasure>(measures, 'candidate'));
  const asked = blocks.flatMap((block) => block.requests.map(() => block.endpoint));
  const answers = compareAnswers(of(results, 'baseline').digests, of(results, 'candidate').digests, (index) => asked[index] ?? '?');
  return { pair, answers };
}

/**
 * Leaves the endpoints out of both legs that the baseline did not answer in time: a stream that never ends is no defect of the
 * baseline, and nothing that a candidate could answer the same. What the candidate alone is late with, it has lost.
 */
function answeredInTime(
  planned: readonly EndpointBlock[],
  measured: readonly HttpLegResult[],
  legs: readonly Leg[],
): { readonly blocks: readonly EndpointBlock[]; readonly results: readonly HttpLegResult[] } {
  const late = measured[legs.findIndex(({ name }) => name === 'baseline')]?.late ?? [];
  return {
    blocks: planned.filter(({ endpoint }) => !late.includes(endpoint)),
    results: measured.map((result) => withoutEndpoints(result, planned, late)),
  };
}

async function memberReader(instanceId: InstanceId, tools: PairTools): Promise<() => Promise<readonly number[]>> {
  const { record } = await tools.instances.assertRunning(instanceId);
  return () => groupMembers(record);
}

/**
 * A baseline that dies ends the candidate's leg at once: half a pair is no measure. Not the other way round: whether the
 * baseline goes on living is what tells who is to blame.
 */
function stopsWith(leg: Leg, legs: readonly Leg[], stops: readonly AbortController[]): readonly AbortController[] {
  return leg.name === 'baseline' ? stops : stops.filter((_, place) => legs[place] === leg);
}

/** Waits for a leg, or for the end of its build, which ends the leg. */
async function guarded<Result>(
  leg: Leg,
  request: PairRequest,
  tools: PairTools,
  stops: readonly AbortController[],
  run: Promise<Result>,
): Promise<Result> {
  try {
    return await Promise.race([run, tools.instances.lost(leg.instanceId)]);
  } catch (error) {
    const failure = evaluationFailed(leg.name, request[leg.name].elfBuildId, error);
    for (const stop of stops) stop.abort(failure);
    await run.catch(() => undefined);
    throw failure;
  }
}

async function confirmAnswers(
  leg: Leg,
  result: HttpLegResult,
  blocks: readonly EndpointBlock[],
  request: PairRequest,
  tools: PairTools,
): Promise<void> {
  const { elfBuildId } = request[leg.name];
  await tools.instances.assertRunning(leg.instanceId).catch((error: unknown) => {
    throw evaluationFailed(leg.name, elfBuildId, error);
  });
  const wanted = blocks.reduce((sum, block) => sum + block.requests.length, 0);
  if (wanted === 0) throw evaluationFailed(leg.name, elfBuildId, 'did not answer every request of any endpoint in time');
  if (result.requests < wanted) {
    throw evaluationFailed(leg.name, elfBuildId, `answered ${result.requests} of ${wanted} requests and lost ${wanted - result.requests}`);
  }
  if (result.cpuNanoseconds <= 0) {
    throw evaluationFailed(leg.name, elfBuildId, 'used no CPU time: something else answered on its port');
  }
}

async function confirmStops(legs: readonly Leg[], request: PairRequest, tools: PairTools): Promise<void> {
  const exits = await Promise.all(legs.map(({ instanceId }) => tools.instances.stop(instanceId)));
  await withBothLegs(legs, async (leg, place) => {
    const exit = exits[place] ?? null;
    const complaint = badExit(exit, request.manifest);
    if (complaint !== null) throw evaluationFailed(leg.name, request[leg.name].elfBuildId, complaint, exit?.lastLines ?? []);
  });
}

/** A program may end by itself with 0, or by the stop signal, or with the exit code that shells give that signal. */
function badExit(exit: InstanceExit | null, manifest: Manifest): string | null {
  const { signal, graceSeconds } = manifest.run.stop;
  if (exit === null) return 'was gone before it was stopped';
  if (exit.killed) return `did not end within ${graceSeconds} s of ${signal} and was killed`;
  if (exit.code === 0 || exit.signal === signal || exit.code === 128 + constants.signals[signal]) return null;
  return `${describeExit({ code: exit.code, signal: exit.signal as NodeJS.Signals | null })} when it was stopped`;
}
