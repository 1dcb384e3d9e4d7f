import type { CorpusRequest } from '../../domain/model/collection.ts';

/** A path segment that names a thing rather than a kind of thing: numbers, long hexadecimal, pseudonyms, file names with digits. */
function isOpaque(segment: string): boolean {
  if (/^\d+([.,:-]\d+)*$/.test(segment)) return true;
  if (/^[0-9a-f]{8,}(-[0-9a-f]{4,})*$/i.test(segment)) return true;
  if (/[%@~=]/.test(segment) || segment.length > 32) return true;
  return /\d/.test(segment) && !/^v\d{1,3}$/.test(segment);
}

/** Names a request's endpoint: method and path, opaque segments as `{id}`, no query: `GET /products/{id}`. */
export function endpointOf(request: Pick<CorpusRequest, 'method' | 'path'>): string {
  const path = request.path.split(/[?#]/, 1)[0] ?? '/';
  const segments = path.split('/').map((segment) => (segment !== '' && isOpaque(segment) ? '{id}' : segment));
  return `${request.method} ${segments.join('/')}`;
}

/** The requests of one endpoint, to be run without others between them. */
export interface EndpointBlock {
  readonly endpoint: string;
  readonly requests: readonly CorpusRequest[];
}

/** Endpoints beyond this many share one block: each block's end costs a drain of the connections. */
const maximumBlocks = 24;
const otherEndpoints = 'other';

/**
 * The held-out requests of one leg, taken round and round until there are `count`, in one block per endpoint, so that each
 * endpoint's CPU time can be read; the order inside a block is the corpus'.
 */
export function planBlocks(corpus: readonly CorpusRequest[], count: number): readonly EndpointBlock[] {
  const byEndpoint = new Map<string, CorpusRequest[]>();
  for (let index = 0; index < count && corpus.length > 0; index += 1) {
    const request = corpus[index % corpus.length] as CorpusRequest;
    const endpoint = endpointOf(request);
    const block = byEndpoint.get(endpoint);
    if (block === undefined) byEndpoint.set(endpoint, [request]);
    else block.push(request);
  }
  const blocks = [...byEndpoint].map(([endpoint, requests]) => ({ endpoint, requests }));
  if (blocks.length <= maximumBlocks) return blocks;
  blocks.sort((left, right) => right.requests.length - left.requests.length);
  const others = blocks.splice(maximumBlocks - 1);
  return [...blocks, { endpoint: otherEndpoints, requests: others.flatMap(({ requests }) => requests) }];
}

/** A few requests of every part of the corpus, for warming up: at most `count`, evenly spread. */
export function spreadSample(corpus: readonly CorpusRequest[], count: number): readonly CorpusRequest[] {
  const step = Math.max(1, Math.floor(corpus.length / count));
  return corpus.filter((_, index) => index % step === 0).slice(0, count);
}
