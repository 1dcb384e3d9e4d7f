import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { LatencyFigures, StressEndpoint, StressSecond } from '../../domain/model/stress.ts';
import type { Ending } from '../../domain/ports/replay.ts';

/** Latencies in Node's own HDR histogram: three significant figures, from a microsecond on. */
export interface Latencies {
  add(milliseconds: number): void;
  /** Null when nothing was added. */
  figures(): LatencyFigures | null;
  reset(): void;
}

export function makeLatencies(): Latencies {
  const histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });
  const at = (percentile: number) => histogram.percentile(percentile) / 1000;
  return {
    add: (milliseconds) => histogram.record(Math.max(1, Math.round(milliseconds * 1000))),
    figures: () => (histogram.count === 0 ? null : { p50: at(50), p90: at(90), p99: at(99), maximum: histogram.max / 1000 }),
    reset: () => histogram.reset(),
  };
}

/** Counts what becomes of the requests, second by second. */
export interface Meter {
  due(): void;
  ended(ending: Ending): void;
  /** Closes the second that is under way. */
  closeSecond(): StressSecond;
  readonly seconds: readonly StressSecond[];
  requests(): number;
  answered(): number;
  waiting(): number;
  outcomes(): Readonly<Record<string, number>>;
  latency(): LatencyFigures | null;
  endpoints(): readonly StressEndpoint[];
  /** Of the requests that ended since the last call. */
  latencySince(): LatencyFigures | null;
}

/** More are counted together: each has a histogram of a few hundred KiB. */
const mostEndpoints = 40;
const others = 'other';

/** @param endpointOf asked once for each request of the corpus */
export function makeMeter(endpointOf: (request: CorpusRequest) => string): Meter {
  const seconds: StressSecond[] = [];
  const outcomes = new Map<string, number>();
  const endpoints = makeEndpoints(endpointOf);
  const [whole, step, second, lag] = [makeLatencies(), makeLatencies(), makeLatencies(), makeLatencies()];
  let [requests, ended] = [0, 0];
  let now = { asked: 0, answered: 0, failed: 0 };
  return {
    due() {
      requests += 1;
      now.asked += 1;
    },
    ended({ request, status, latency, senderLag }) {
      ended += 1;
      const isAnswer = typeof status === 'number';
      const outcome = isAnswer ? `${Math.floor(status / 100)}xx` : status;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      now.answered += 1;
      const isFailure = !isAnswer || status >= 500;
      if (isFailure) now.failed += 1;
      endpoints.add(request, latency, isFailure);
      for (const latencies of [whole, step, second]) latencies.add(latency);
      if (senderLag !== null) lag.add(senderLag);
    },
    closeSecond() {
      const closed: StressSecond = {
        second: seconds.length + 1,
        ...now,
        waiting: requests - ended,
        latency: second.figures(),
        senderLagMilliseconds: lag.figures()?.p99 ?? 0,
      };
      seconds.push(closed);
      now = { asked: 0, answered: 0, failed: 0 };
      second.reset();
      lag.reset();
      return closed;
    },
    seconds,
    requests: () => requests,
    answered: () => ended,
    waiting: () => requests - ended,
    outcomes: () => Object.fromEntries([...outcomes].toSorted(([left], [right]) => left.localeCompare(right))),
    latency: () => whole.figures(),
    endpoints: () => endpoints.figures(),
    latencySince() {
      const figures = step.figures();
      step.reset();
      return figures;
    },
  };
}

interface Endpoints {
  add(request: CorpusRequest, latency: number, isFailure: boolean): void;
  figures(): readonly StressEndpoint[];
}

function makeEndpoints(endpointOf: (request: CorpusRequest) => string): Endpoints {
  const names = new Map<CorpusRequest, string>();
  const figures = new Map<string, { requests: number; failed: number; readonly latencies: Latencies }>();
  const nameOf = (request: CorpusRequest) => {
    const known = names.get(request);
    if (known !== undefined) return known;
    const own = endpointOf(request);
    const name = figures.has(own) || figures.size < mostEndpoints ? own : others;
    names.set(request, name);
    return name;
  };
  return {
    add(request, latency, isFailure) {
      const name = nameOf(request);
      const figure = figures.get(name) ?? { requests: 0, failed: 0, latencies: makeLatencies() };
      figures.set(name, figure);
      figure.requests += 1;
      if (isFailure) figure.failed += 1;
      figure.latencies.add(latency);
    },
    figures: () =>
      [...figures]
        .map(([endpoint, { requests, failed, latencies }]) => ({ endpoint, requests, failed, latency: latencies.figures() }))
        .toSorted((left, right) => right.requests - left.requests || left.endpoint.localeCompare(right.endpoint)),
  };
}
