import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check, newRecord, usedBytes } from '../../bench/fuzz/check.ts';
import { fuzzRequest } from '../../bench/fuzz/requests.ts';
import { makeSessionPipeline } from '../../traffic/deidentify/pipeline.ts';

/** Of what the pipeline keeps by design (seen values, shapes, caches) little is used by so few requests. */
const growthBytes = 30 * 2 ** 20;
/** Far above what any request needs, far below what a pattern with backtracking takes for bodies of this size. */
const longestMilliseconds = 1500;

test(
  'broken requests neither crash a stage nor bring anything through nor take long, and memory does not grow',
  { timeout: 180_000 },
  () => {
    const pipeline = makeSessionPipeline({}, randomBytes(32));
    const record = newRecord();
    const run = (numRuns: number) =>
      fc.assert(
        fc.property(fuzzRequest, (request) => check(pipeline, request, record)),
        { numRuns },
      );
    run(500);
    const before = usedBytes();
    run(2000);
    expect(usedBytes() - before).toBeLessThan(growthBytes);
    expect(record.slowestMilliseconds, record.slowest).toBeLessThan(longestMilliseconds);
    const dropped = Object.values(record.drops).reduce((sum, count) => sum + count, 0);
    // Some are right after all: when nothing comes out, nothing was tested.
    expect(record.requests - dropped).toBeGreaterThan(record.requests / 20);
  },
);
