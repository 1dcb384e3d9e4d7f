import { HoneError } from '../errors.ts';
import type { CorpusRequest } from '../model/collection.ts';
import type { Recording } from '../model/stress.ts';
import { inOrderOfArrival } from './arrival-order.ts';
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

/**
 * In a capture a damaged line may lack its time; it came about when the one before it did. Where more than this share lack it, there would be bursts
 * that nobody saw: such a corpus is one without times.
 */
const mostWithoutTime = 0.01;

/**
 * Puts the parts of a corpus in the order of their arrival, each request once: captured files may have been read again and again. Throws
 * `window-empty` for one without a request.
 */
export function recordedCorpus(parts: readonly (readonly CorpusRequest[])[]): RecordedCorpus {
  const all = withoutRepeats(parts.flat());
  if (all.length === 0) {
    throw new HoneError(
      'window-empty',
      'The corpus has no request to replay.',
      'Refresh the target while it has traffic, then replay again.',
    );
  }
  const withoutTime = all.filter(({ at }) => at === undefined).length;
  return withoutTime <= all.length * mostWithoutTime ? timed(inOrderOfArrival(withTimes(all)), withoutTime) : untimed(all, withoutTime);
}

function withoutRepeats(all: readonly CorpusRequest[]): readonly CorpusRequest[] {
  const seen = new Set<number>();
  return all.filter(({ place }) => {
    const isRepeat = place !== undefined && seen.has(place);
    if (place !== undefined) seen.add(place);
    return !isRepeat;
  });
}

/** Gives the few without a time that of the one before them. */
function withTimes(all: readonly CorpusRequest[]): readonly CorpusRequest[] {
  const byPlace = all.toSorted((left, right) => (left.place ?? 0) - (right.place ?? 0));
  let last = byPlace.find(({ at }) => at !== undefined)?.at ?? 0;
  return byPlace.map((request) => {
    last = request.at ?? last;
    return { ...request, at: last };
  });
}

function timed(sorted: readonly CorpusRequest[], withoutTime: number): RecordedCorpus {
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
  if (offset === 0) return untimed(sorted, withoutTime);
  // The mean pause stands between the last request and the first of a repetition.
  const lengthMilliseconds = (offset * sorted.length) / (sorted.length - 1);
  const rate = { seconds: lengthMilliseconds / 1000, perSecond: (sorted.length * 1000) / lengthMilliseconds };
  return { recording: { ...countSessions(sorted), ...rate, pausesCut, withoutTime }, requests, lengthMilliseconds };
}

/** One a second, evenly: only a rate in requests a second says how fast it is to go. */
function untimed(all: readonly CorpusRequest[], withoutTime: number): RecordedCorpus {
  const requests = inOrderOfArrival(all).map((request, index) => ({ offset: index * 1000, request }));
  return {
    recording: { ...countSessions(all), seconds: null, perSecond: null, pausesCut: 0, withoutTime },
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
    `The corpus does not say when its requests came, so that there is no rate to take ${rate.times} times of.`,
    'Give the rate in requests a second (--rate 50/s), or refresh the target: mirrored traffic has the times, and captured files do when each entry says when it came.',
  );
}
