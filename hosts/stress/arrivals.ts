import type { RecordedCorpus } from '../../domain/rules/recording.ts';
import type { Arrival } from '../../domain/ports/replay.ts';

/** The recorded arrivals at a speed that may change on the way; again and again when asked to. */
export interface Arrivals {
  /** Null when the corpus is over, or the time or the count. */
  next(): Arrival | null;
  /** From the arrivals after the last one on. */
  setSpeed(speed: number): void;
  /** Why there are no more; null while there are. */
  over(): 'corpus-over' | 'time-over' | 'count-over' | null;
}

export interface ArrivalLimits {
  /** Null: the corpus once. */
  readonly seconds: number | null;
  readonly longestSeconds: number;
  readonly mostRequests: number;
}

/** @param speed how many times faster than recorded */
export function makeArrivals(corpus: RecordedCorpus, speed: number, limits: ArrivalLimits): Arrivals {
  const { requests, lengthMilliseconds } = corpus;
  const mostMilliseconds = Math.min(limits.seconds ?? limits.longestSeconds, limits.longestSeconds) * 1000;
  let [index, pass, count] = [0, 0, 0];
  let [now, recordedBefore] = [0, 0];
  let over: ReturnType<Arrivals['over']> = null;

  const end = (why: NonNullable<typeof over>): null => {
    over = why;
    return null;
  };
  return {
    next() {
      if (over !== null) return null;
      if (index === requests.length) {
        if (limits.seconds === null) return end('corpus-over');
        [index, pass] = [0, pass + 1];
      }
      const recorded = requests[index];
      if (recorded === undefined) return end('corpus-over');
      if (count === limits.mostRequests) return end('count-over');
      const at = pass * lengthMilliseconds + recorded.offset;
      const due = now + (at - recordedBefore) / speed;
      if (due >= mostMilliseconds) return end('time-over');
      [now, recordedBefore] = [due, at];
      index += 1;
      count += 1;
      return { at: due, request: recorded.request, session: recorded.request.session ?? null };
    },
    setSpeed: (next) => void (speed = next),
    over: () => over,
  };
}
