import { expect, test } from 'vitest';
import { judgeProduction } from '../../../domain/rules/production-guard.ts';
import { makeAnswerCounts, sampleOf } from '../../../traffic/gateway/production-sample.ts';

const limits = { baselineSeconds: 3, windowSeconds: 5, maximumLatencyRatio: 2, maximumErrorShare: 0.02, maximumCpuPressure: 60 };

/** So many answers of each time in milliseconds, and so many of them failures. */
function sample(
  times: Readonly<Record<number, number>>,
  { errors = 0, cpuPressure = 10 }: { errors?: number; cpuPressure?: number | null } = {},
) {
  const counts = makeAnswerCounts();
  let left = errors;
  for (const [milliseconds, count] of Object.entries(times)) {
    for (let index = 0; index < count; index += 1) counts.add(left-- > 0 ? 503 : 200, Number(milliseconds));
  }
  return sampleOf(counts, cpuPressure);
}

const usual = sample({ 3: 990, 15: 10 });

test.each([
  ['as before', sample({ 3: 990, 15: 10 }), null],
  ['a few more milliseconds at the far end, which a copy may cost', sample({ 3: 980, 15: 5, 20: 15 }), null],
  ['a slower 99th percentile', sample({ 3: 980, 60: 20 }), '99th percentile of production'],
  ['a slower median', sample({ 8: 1000 }), 'median of production'],
  ['twice as slow, but by what nobody feels', sample({ 4: 1000 }), null],
  ['failures', sample({ 3: 1000 }, { errors: 40 }), '40 of 1000 answers were 5xx'],
  ['a failure or two', sample({ 3: 40 }, { errors: 4 }), null],
  ['a machine under pressure', sample({ 3: 1000 }, { cpuPressure: 80 }), 'CPU pressure'],
  ['slow, with too few answers to say so', sample({ 60: 10 }), null],
  ['a slow end, with too few answers to see it', sample({ 3: 95, 60: 5 }), null],
  ['no answers', sample({}), null],
])('%s', (_what, now, expected) => {
  const sentence = judgeProduction(usual, now, limits);
  if (expected === null) expect(sentence).toBeNull();
  else expect(sentence).toContain(expected);
});

test('what was there without the mirror is not laid at its door', () => {
  const bad = sample({ 60: 1000 }, { errors: 100, cpuPressure: 90 });
  expect(judgeProduction(bad, bad, limits)).toBeNull();
});

test('without a baseline only failures are judged', () => {
  expect(judgeProduction(null, sample({ 900: 1000 }, { cpuPressure: 99 }), limits)).toBeNull();
  expect(judgeProduction(null, sample({ 3: 100 }, { errors: 50 }), limits)).toContain('5xx');
});

test('where the kernel counts no pressure, it is not judged', () => {
  expect(judgeProduction(usual, sample({ 3: 1000 }, { cpuPressure: null }), limits)).toBeNull();
});

test('quantiles of long times are within a twentieth', () => {
  for (const milliseconds of [99, 100, 250, 1000, 12_345, 600_000]) {
    const found = sample({ [milliseconds]: 1 }).milliseconds(0.99);
    expect(Math.abs((found ?? 0) - milliseconds) / milliseconds).toBeLessThan(0.051);
  }
});
