import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Pipeline } from '../../traffic/deidentify/pipeline.ts';
import { judge } from '../deidentify/judge.ts';
import type { Truth } from '../deidentify/corpus/truth.ts';
import { planted, type FuzzRequest } from './requests.ts';

/** What a run has seen so far. */
export interface FuzzRecord {
  requests: number;
  readonly drops: Record<string, number>;
  slowestMilliseconds: number;
  slowest: string;
}

export const newRecord = (): FuzzRecord => ({ requests: 0, drops: {}, slowestMilliseconds: 0, slowest: '' });

const truths: readonly Truth[] = Object.entries(planted).map(([kind, value]) => ({
  kind,
  value,
  must: 'go',
  compare: kind === 'card' ? 'compact' : 'text',
  encoding: 'plain',
  place: 'body',
}));

/**
 * Runs one request and throws when a stage failed in a way that nobody foresaw, or when a planted value came out.
 * @returns what came out, for the caller's own looks
 */
export function check(pipeline: Pipeline, { incoming, trouble }: FuzzRequest, record: FuzzRecord): void {
  const start = performance.now();
  const outcome = pipeline.run(incoming);
  const milliseconds = performance.now() - start;
  record.requests += 1;
  if (milliseconds > record.slowestMilliseconds) Object.assign(record, { slowestMilliseconds: milliseconds, slowest: trouble });
  if ('dropped' in outcome) {
    record.drops[outcome.dropped] = (record.drops[outcome.dropped] ?? 0) + 1;
    if (outcome.dropped === 'stage-error') throw new Error(`A stage failed on ${trouble}.`);
    return;
  }
  const { method, path, headers, body = '' } = outcome.request;
  const left = judge({ truths }, { method, target: path, headers, body }).filter(({ right }) => !right);
  if (left.length > 0) throw new Error(`${left.map(({ truth }) => truth.kind).join(', ')} came out of ${trouble}.`);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap and outside of it that are still in use after a collection. */
export function usedBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
