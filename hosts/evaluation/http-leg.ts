import { type EndpointBlock, planBlocks } from './endpoint.ts';
import type { CpuClock } from '../local/cpu-time.ts';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { ReplayPort } from '../../domain/ports/replay.ts';

/** What one leg of an http pair did. */
export interface HttpLegResult {
  readonly cpuNanoseconds: number;
  readonly requests: number;
  /** Endpoints some of whose requests had no whole answer in time: event streams, long polls, or a build that hangs. */
  readonly late: readonly string[];
  readonly endpoints: Readonly<Record<string, { readonly cpuNanoseconds: number; readonly requests: number }>>;
  /** One digest per request, in the order of the blocks; absent where no answer came. */
  readonly digests: readonly (string | undefined)[];
}

interface LegOptions {
  readonly port: number;
  readonly concurrency: number;
  readonly replay: ReplayPort;
  readonly clock: CpuClock;
  readonly digest: (status: number, body: Uint8Array) => string;
  readonly signal: AbortSignal;
}

/** Sends the requests, endpoint by endpoint, and counts nothing: code paths, caches and connections get warm. */
export async function warmUpLeg(requests: readonly CorpusRequest[], options: LegOptions): Promise<void> {
  const { port, concurrency, replay, signal } = options;
  for (const block of planBlocks(requests, requests.length)) {
    await replay.replay({ port, requests: block.requests, concurrency, onAnswer: () => undefined }, signal);
  }
}

/** Runs block after block, reading the leg's CPU time wherever a block ends and nothing is in flight. */
export async function runHttpLeg(blocks: readonly EndpointBlock[], options: LegOptions): Promise<HttpLegResult> {
  const { port, concurrency, replay, clock, digest, signal } = options;
  const endpoints: Record<string, { cpuNanoseconds: number; requests: number }> = {};
  const wanted = blocks.reduce((sum, block) => sum + block.requests.length, 0);
  const digests = Array.from<string | undefined>({ length: wanted });
  const start = await clock.read();
  const late: string[] = [];
  let [before, offset, completed] = [start, 0, 0];
  for (const { endpoint, requests } of blocks) {
    const base = offset;
    const onAnswer = (index: number, status: number, body: Uint8Array): void => void (digests[base + index] = digest(status, body));
    const result = await replay.replay({ port, requests, concurrency, onAnswer }, signal);
    const after = await clock.read();
    endpoints[endpoint] = { cpuNanoseconds: after - before, requests: result.completed };
    completed += result.completed;
    if (result.late > 0) late.push(endpoint);
    before = after;
    offset += requests.length;
  }
  return { cpuNanoseconds: before - start, requests: completed, late, endpoints, digests };
}

/** What is left of a leg without some endpoints: their CPU time, requests and answers are taken out as if never asked for. */
export function withoutEndpoints(leg: HttpLegResult, blocks: readonly EndpointBlock[], leftOut: readonly string[]): HttpLegResult {
  const out = new Set(leftOut);
  const kept = Object.entries(leg.endpoints).filter(([endpoint]) => !out.has(endpoint));
  const asked = blocks.flatMap(({ endpoint, requests }) => requests.map(() => endpoint));
  return {
    cpuNanoseconds: kept.reduce((sum, [, { cpuNanoseconds }]) => sum + cpuNanoseconds, 0),
    requests: kept.reduce((sum, [, { requests }]) => sum + requests, 0),
    late: leg.late.filter((endpoint) => !out.has(endpoint)),
    endpoints: Object.fromEntries(kept),
    digests: leg.digests.filter((_, index) => !out.has(asked[index] ?? '')),
  };
}
