import { setTimeout as delay } from 'node:timers/promises';

import { makeArrivals, type Arrivals } from './arrivals.ts';
import { makeMeter, type Meter } from './meter.ts';
import { makeSteps, type Steps } from './steps.ts';
import { endpointOf } from '../evaluation/endpoint.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { Saturation, StressResult } from '../../domain/model/stress.ts';
import type { CorpusPort } from '../../domain/ports/corpus.ts';
import type { EnvironmentRecording, StressRequest, WindowMeasure } from '../../domain/ports/host.ts';
import type { OpenReplayResult, ReplayPort } from '../../domain/ports/replay.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';
import { recordedCorpus, speedOf, type RecordedCorpus } from '../../domain/rules/recording.ts';
import { saturationOf } from '../../domain/rules/saturation.ts';
import { longestStressSeconds, mostStressRequests, parseStressRate } from '../../domain/rules/stress-order.ts';

/** What a stress window needs of its host. */
export interface StressTools {
  record(): Promise<EnvironmentRecording>;
  /** Rejects when the instance has ended; never resolves. */
  lost(instanceId: InstanceId): Promise<never>;
  readonly corpus: CorpusPort;
  readonly replay: ReplayPort;
}

/** Connections to the instance, of which the worker and the program each need a descriptor. */
const mostInFlight = 512;
/** How long a ramp goes on when nobody says, and nothing saturates. */
const rampSeconds = 300;

/** One stress window: the corpus in its order of arrival, at its rate times so much, until it ends, its time is over, or nobody follows. */
export async function runStress(
  request: StressRequest,
  tools: StressTools,
  call: LongCall,
): Promise<{ readonly result: StressResult; readonly measure: WindowMeasure }> {
  const corpus = await readCorpus(request, tools.corpus);
  call.signal.throwIfAborted();
  const recording = await tools.record();
  try {
    const result = await replayed(request, corpus, tools, call);
    return { result, measure: await recording.finish() };
  } catch (error) {
    recording.abandon();
    throw error;
  }
}

async function readCorpus({ corpus }: StressRequest, from: CorpusPort): Promise<RecordedCorpus> {
  return recordedCorpus([await from.requests('training', corpus.training.digest), await from.requests('heldOut', corpus.heldOut.digest)]);
}

/** Everything of a replay that is under way. */
interface Running {
  readonly meter: Meter;
  readonly arrivals: Arrivals;
  readonly steps: Steps;
  saturation: Saturation | null;
}

async function replayed(request: StressRequest, corpus: RecordedCorpus, tools: StressTools, call: LongCall): Promise<StressResult> {
  const { order, instance } = request;
  const speed = speedOf(corpus, parseStressRate(order.rate));
  const seconds = order.seconds ?? (order.untilSaturation ? rampSeconds : null);
  const arrivals = makeArrivals(corpus, speed, { seconds, longestSeconds: longestStressSeconds, mostRequests: mostStressRequests });
  const meter = makeMeter(endpointOf);
  const steps = makeSteps({ corpus, speed, isRamp: order.untilSaturation, meter, arrivals });
  const running: Running = { meter, arrivals, steps, saturation: null };
  const [stop, broken] = [new AbortController(), new AbortController()];
  const startedAt = performance.now();
  const ticker = setInterval(() => tick(request, running, call, stop), 1000);
  try {
    const replay = tools.replay.replayOpen(
      {
        port: instance.port ?? 0,
        next: () => arrivals.next(),
        mostInFlight,
        onDue: () => meter.due(),
        onEnd: (ending) => meter.ended(ending),
      },
      stop.signal,
      AbortSignal.any([call.signal, broken.signal]),
    );
    const whole = replay.then(async (ended) => {
      if (arrivals.over() === 'time-over') await restOf(seconds, startedAt, call);
      return ended;
    });
    const ended = await whileRunning(whole, tools.lost(instance.instanceId), broken);
    return resultOf(running, corpus, ended, (performance.now() - startedAt) / 1000);
  } finally {
    clearInterval(ticker);
  }
}

/** A pause in the recording at the end of the time asked for is part of that time. */
async function restOf(seconds: number | null, startedAt: number, { signal }: LongCall): Promise<void> {
  const milliseconds = (seconds ?? 0) * 1000 - (performance.now() - startedAt);
  if (milliseconds > 0) await delay(milliseconds, undefined, { signal });
}

/** Waits for the replay, or for the end of the instance, which ends the replay. */
async function whileRunning(replay: Promise<OpenReplayResult>, lost: Promise<never>, broken: AbortController): Promise<OpenReplayResult> {
  try {
    return await Promise.race([replay, lost]);
  } catch (error) {
    broken.abort(error);
    await replay.catch(() => undefined);
    throw error;
  }
}

/** Every second: the books, the judgement, the next rate, a word to people. */
function tick({ order, onProgress }: StressRequest, running: Running, call: LongCall, stop: AbortController): void {
  const { meter, steps, arrivals } = running;
  const last = meter.closeSecond();
  const askedPerSecond = steps.askedPerSecond();
  // What is still due when the arrivals are over is a queue that ends, not one that grows.
  if (arrivals.over() === null) running.saturation ??= saturationOf(meter.seconds, askedPerSecond);
  if (running.saturation !== null && order.untilSaturation) stop.abort();
  else steps.secondOver();
  onProgress({
    second: last.second,
    askedPerSecond,
    answeredPerSecond: last.answered,
    requests: meter.requests(),
    answered: meter.answered(),
    waiting: last.waiting,
    p99: last.latency?.p99 ?? null,
  });
  call.progress(`second ${last.second}: ${last.answered} answered, ${last.waiting} wait`);
}

function resultOf(
  { meter, arrivals, steps, saturation }: Running,
  corpus: RecordedCorpus,
  ended: OpenReplayResult,
  seconds: number,
): StressResult {
  const all = steps.finish(seconds);
  return {
    recording: corpus.recording,
    askedPerSecond: all.at(-1)?.askedPerSecond ?? 0,
    achievedPerSecond: meter.answered() / seconds,
    seconds,
    requests: meter.requests(),
    outcomes: { ...meter.outcomes(), ...(ended.unsent > 0 ? { unsent: ended.unsent } : {}) },
    latency: meter.latency(),
    end: arrivals.over() ?? 'saturated',
    saturation,
    steps: all,
    perSecond: meter.seconds,
    endpoints: meter.endpoints(),
    mostInFlight: ended.mostInFlight,
  };
}
