import { HoneError } from '../errors.ts';
import type { CorpusRequest } from '../model/collection.ts';
import type { Recording } from '../model/stress.ts';
import type { StressRate } from './stress-order.ts';

/** A request and when it came, milliseconds from the first. */
export interface RecordedRequest {
  readonly offset: number;
  readonly request: CorpusRequest;
}

/** A corpus as it came, ready to be replayed at another speed. */
export interface RecordedCorpus {
  readonly recording: Recording;
  readonly requests: readonly RecordedRequest[];
  /** From the first request to where a repetition begins; milliseconds. */
  readonly lengthMilliseconds: number;
}

/**
 * A longer pause counts as so long. What is kept of a cycle's traffic is that of its windows: between them the gateway takes nothing, which
 * says nothing of the traffic. Traffic that is itself sparser than this is replayed denser than it was.
 */
const longestPauseMilliseconds = 2000;

/** Puts the parts of a corpus in the order of their arrival. Throws `window-empty` for one without a request. */
export function recordedCorpus(parts: readonly (readonly CorpusRequest[])[]): RecordedCorpus {
  const all = parts.flat();
  if (all.length === 0) {
    throw new HoneError(
      'window-empty',
      'The corpus has no request to replay.',
      'Refresh the target while it has traffic, then replay again.',
    );
  }
  const isTimed = all.every(({ at }) => at !== undefined);
  return isTimed ? timed(all.toSorted((left, right) => (left.at ?? 0) - (right.at ?? 0))) : untimed(all);
}

function timed(sorted: readonly CorpusRequest[]): RecordedCorpus {
  const requests: RecordedRequest[] = [];
  let offset = 0;
  let pausesCut = 0;
  let last = sorted[0]?.at ?? 0;
  for (const request of sorted) {
    const pause = (request.at ?? last) - last;
    if (pause > longestPauseMilliseconds) pausesCut += 1;
    offset += Math.min(pause, longestPauseMilliseconds);
    last = request.at ?? last;
    requests.push({ offset, request });
  }
  if (offset === 0) return untimed(sorted);
  // The mean pause stands between the last request and the first of a repetition.
  const lengthMilliseconds = (offset * sorted.length) / (sorted.length - 1);
  const rate = { seconds: lengthMilliseconds / 1000, perSecond: (sorted.length * 1000) / lengthMilliseconds };
  return { recording: { ...countSessions(sorted), ...rate, pausesCut }, requests, lengthMilliseconds };
}

/** One a second, evenly: only a rate in requests a second says how fast it is to go. */
function untimed(all: readonly CorpusRequest[]): RecordedCorpus {
  const requests = all.map((request, index) => ({ offset: index * 1000, request }));
  return {
    recording: { ...countSessions(all), seconds: null, perSecond: null, pausesCut: 0 },
    requests,
    lengthMilliseconds: all.length * 1000,
  };
}

function countSessions(all: readonly CorpusRequest[]): Pick<Recording, 'requests' | 'sessions' | 'withoutSession'> {
  const withSession = all.flatMap(({ session }) => (session === undefined ? [] : [session]));
  return { requests: all.length, sessions: new Set(withSession).size, withoutSession: all.length - withSession.length };
}

/** How many times faster than its offsets a corpus is to be replayed. Throws `input-invalid` for a corpus whose rate nobody knows. */
export function speedOf({ recording }: RecordedCorpus, rate: StressRate): number {
  const { perSecond } = recording;
  if ('perSecond' in rate) return rate.perSecond / (perSecond ?? 1);
  if (perSecond !== null) return rate.times;
  throw new HoneError(
    'input-invalid',
    `The corpus does not say when its requests arrived, so that there is no rate to take ${rate.times} times of.`,
    'Give the rate in requests a second (--rate 50/s), or refresh the target: a corpus of mirrored traffic has the times, one of captured files has none.',
  );
}
