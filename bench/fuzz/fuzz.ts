import { randomBytes, randomInt } from 'node:crypto';
import fc from 'fast-check';
import { makeSessionPipeline } from '../../traffic/deidentify/pipeline.ts';
import { plain, type Bench } from '../figures.ts';
import { check, newRecord, usedBytes } from './check.ts';
import { fuzzRequest } from './requests.ts';

const requests = { quick: 20_000, full: 1_000_000 } as const;
const requestsPerRun = 10_000;

/** `bench -- fuzz`: a million broken requests through the five stages; ends at the first that crashes one or lets a planted value out. */
export const run: Bench = async (say, { quick, signal }) => {
  const pipeline = makeSessionPipeline({}, randomBytes(32));
  const record = newRecord();
  const runs = (quick ? requests.quick : requests.full) / requestsPerRun;
  const used: number[] = [];
  for (let index = 0; index < runs; index += 1) {
    const seed = randomInt(2 ** 31 - 1);
    fc.assert(
      fc.property(fuzzRequest, (request) => check(pipeline, request, record)),
      { seed, numRuns: requestsPerRun },
    );
    used.push(usedBytes() / 2 ** 20);
    if (index % 10 === 0)
      say(`${record.requests} requests, seed ${seed}, slowest ${record.slowestMilliseconds.toFixed(0)} ms (${record.slowest})`);
    await new Promise((resolve) => setImmediate(resolve)); // lets an interrupt be heard
    signal.throwIfAborted();
  }
  say(`dropped: ${JSON.stringify(record.drops)}`);
  const half = Math.floor(used.length / 2);
  return [
    plain('requests', record.requests, 'requests', { aim: '1,000,000', peer: 'no stage failed, no planted value came out' }),
    plain('dropped-share', (Object.values(record.drops).reduce((sum, count) => sum + count, 0) / record.requests) * 100, '%'),
    plain('slowest', record.slowestMilliseconds, 'ms', { peer: record.slowest }),
    plain('memory-growth', Math.max(...used.slice(half)) - Math.max(...used.slice(0, Math.max(1, half))), 'MiB', {
      aim: 'about 0',
      peer: `most after collection, second half less first; ${used.at(-1)!.toFixed(0)} MiB at the end`,
    }),
  ];
};
