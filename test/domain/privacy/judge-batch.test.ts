import { expect, test } from 'vitest';
import { asId, type Digest } from '../../../domain/ids.ts';
import { type BatchFacts, isAboveLimit, judgeBatch } from '../../../domain/privacy/judge-batch.ts';

const part = { digest: asId<Digest>('a'.repeat(64)), sizeBytes: 10, requests: 10 };
const good: BatchFacts = {
  canaries: { planted: 24, replaced: 23, dropped: 1, leaked: 0, exempt: 0, byKind: {}, leaks: [] },
  drops: { byReason: { 'queue-full': 500 }, limit: 0.01, valid: 1000, dropped: 10, shapes: 3, above: [] },
  corpus: { training: part, heldOut: part, data: null },
  requests: { received: 1500, deidentified: 990, replayed: 980, heldOut: 10 },
};

test('a good batch has nothing said against it', () => {
  expect(judgeBatch(good)).toEqual([]);
});

test.each([
  [
    'a canary came out',
    { canaries: { ...good.canaries, leaked: 1, leaks: ['email in query'] } },
    /1 of 24 canary values came out: email in query/,
  ],
  ['no canary was planted', { canaries: { ...good.canaries, planted: 0 } }, /No canary/],
  ['too many were dropped', { drops: { ...good.drops, dropped: 11 } }, /11 of 1,000 valid requests were dropped; at most 1\.0 %/],
  [
    'one shape was dropped',
    { drops: { ...good.drops, above: [{ shape: 'POST, path of 1 segments', percent: 40 }] } },
    /40 % .* POST, path of 1/,
  ],
  ['the corpus has more than was passed', { corpus: { ...good.corpus, training: { ...part, requests: 991 } } }, /more requests than/],
] as const)('a batch fails when %s', (_what, change, reason) => {
  const reasons = judgeBatch({ ...good, ...change });
  expect(reasons).toHaveLength(1);
  expect(reasons[0]).toMatch(reason);
});

test('one drop is no pattern, two of few are', () => {
  expect(isAboveLimit(1, 1, 0.01)).toBe(false);
  expect(isAboveLimit(2, 20, 0.01)).toBe(true);
  expect(isAboveLimit(2, 200, 0.01)).toBe(false);
  expect(isAboveLimit(3, 200, 0.01)).toBe(true);
});
