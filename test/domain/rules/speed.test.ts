import { expect, test } from 'vitest';
import { isHeldBack, speedSentence } from '../../../domain/rules/speed.ts';
import { sampleSpeed } from '../../support/samples.ts';

const { baseline, candidate } = sampleSpeed;
const idle = { ...candidate, busyShare: 0.4 };

test('a build that has not used its core could do more', () => {
  expect([0.89, 0.9, 1.02].map((busyShare) => isHeldBack({ ...baseline, busyShare }))).toEqual([true, false, false]);
});

test('the sentence says what was seen, of a command the wall time', () => {
  expect(speedSentence({ ...sampleSpeed, candidate: idle })).toBe(
    'throughput 12,346/s, optimised at least 14,020/s; latency at 6,173/s: p50 0.421 ms, optimised 0.421 ms, p99 1.91 ms, optimised 1.91 ms',
  );
  expect(speedSentence({ ...sampleSpeed, askedPerSecond: null })).toContain('; latency: p50 0.421 ms');
  expect(speedSentence({ ...sampleSpeed, baseline: { ...baseline, latency: null } })).toBe('throughput 12,346/s, optimised 14,020/s');
});
