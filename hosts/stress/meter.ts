import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { LatencyFigures, StressSecond } from '../../domain/model/stress.ts';
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
  /** Of the requests that ended since the last call. */
  latencySince(): LatencyFigures | null;
}

export function makeMeter(): Meter {
  const seconds: StressSecond[] = [];
  const outcomes = new Map<string, number>();
  const [whole, step, second, lag] = [makeLatencies(), makeLatencies(), makeLatencies(), makeLatencies()];
  let [requests, ended] = [0, 0];
  let now = { asked: 0, answered: 0, failed: 0 };
  return {
    due() {
      requests += 1;
      now.asked += 1;
    },
    ended({ status, latency, senderLag }) {
      ended += 1;
      const isAnswer = typeof status === 'number';
      const outcome = isAnswer ? `${Math.floor(status / 100)}xx` : status;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      now.answered += 1;
      if (!isAnswer || status >= 500) now.failed += 1;
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
    latencySince() {
      const figures = step.figures();
      step.reset();
      return figures;
    },
  };
}
