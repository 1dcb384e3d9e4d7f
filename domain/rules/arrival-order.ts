import type { CorpusRequest } from '../model/collection.ts';

/**
 * Requests in the order in which they came. A corpus is written as requests pass the stages' threads and are answered, in whatever order that is. By
 * time where all have one, since a log is written as requests end; those of the same millisecond, and those without a time, by their place. A corpus of
 * a gateway that kept neither stays as it is.
 */
export function inOrderOfArrival(requests: readonly CorpusRequest[]): readonly CorpusRequest[] {
  const isTimed = requests.every(({ at }) => at !== undefined);
  const time = ({ at = 0 }: CorpusRequest) => (isTimed ? at : 0);
  return requests.toSorted((left, right) => time(left) - time(right) || (left.place ?? 0) - (right.place ?? 0));
}
