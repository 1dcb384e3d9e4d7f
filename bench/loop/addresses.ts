import type { CorpusRequest } from '../../domain/model/collection.ts';

/** h2load asks for a list of addresses by GET. */
export function pathsOfGets(requests: readonly CorpusRequest[]): readonly string[] {
  return requests.filter(({ method }) => method === 'GET').map(({ path }) => path);
}
