import { expect, test } from 'vitest';
import { jensenShannon, type NoisyCounts } from '../../../domain/statistics/jensen-shannon.ts';
import { trendPerDay } from '../../../domain/statistics/trend.ts';

const exact = (counts: Record<string, number>, sigma = 0): NoisyCounts => ({ counts: new Map(Object.entries(counts)), sigma });

test('is 0 for the same shares, 1 for nothing in common, and the textbook’s value between', () => {
  expect(jensenShannon(exact({ a: 10, b: 30 }), exact({ a: 100, b: 300 }))!.raw).toBeCloseTo(0, 12);
  expect(jensenShannon(exact({ a: 1e6 }), exact({ b: 1e6 }))!.raw).toBeCloseTo(1, 12);
  // H(1/2) of the mixture less the mean entropy: H(0.75, 0.25) − (H(0.5, 0.5) + H(1, 0)) / 2.
  const mixture = -(0.75 * Math.log2(0.75) + 0.25 * Math.log2(0.25));
  expect(jensenShannon(exact({ a: 5, b: 5 }), exact({ a: 10 }))!.raw).toBeCloseTo(mixture - 0.5, 12);
});

test('nothing counted is nothing to compare; a negative count is none', () => {
  expect(jensenShannon(exact({}), exact({ a: 1 }))).toBeNull();
  expect(jensenShannon(exact({ a: -3 }), exact({ a: 1 }))).toBeNull();
  expect(jensenShannon(exact({ a: 100, b: -5 }), exact({ a: 100 }))!.raw).toBe(0);
});

/** A generator of the test's own, so that it draws the same every time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test.each([
  [0, 2000],
  [20, 2000],
  [49, 4000],
])('what is expected by chance is what samples of one distribution show in the mean: σ = %d, %d requests', (sigma, requests) => {
  const random = generator(20_261_122 + sigma);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const kinds = [0.3, 0.25, 0.2, 0.15, 0.1].map((share, index) => ({ name: `kind ${index}`, share }));
  const draw = () => {
    const counts: Record<string, number> = Object.fromEntries(kinds.map(({ name }) => [name, 0]));
    for (let request = 0; request < requests; request += 1) {
      let left = random();
      counts[kinds.find(({ share }) => (left -= share) < 0)?.name ?? 'kind 4']! += 1;
    }
    return exact(Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count + sigma * normal()])), sigma);
  };
  const found = Array.from({ length: 400 }, () => jensenShannon(draw(), draw())!);
  const mean = (pick: (one: (typeof found)[number]) => number) => found.reduce((sum, one) => sum + pick(one), 0) / found.length;
  const ratio = mean(({ raw }) => raw) / mean(({ expectedByChance }) => expectedByChance);
  expect(ratio).toBeGreaterThan(0.9);
  expect(ratio).toBeLessThan(1.1);
});

test('a trend is the slope per day; none of fewer than three values, or of a few hours', () => {
  const on = (day: number, value: number) => ({ at: new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString(), value });
  expect(trendPerDay([on(0, 1), on(1, 3), on(2, 5)])).toBeCloseTo(2, 9);
  expect(trendPerDay([on(0, 1), on(0.5, 1), on(4, 1)])).toBeCloseTo(0, 9);
  expect(trendPerDay([on(0, 1), on(1, 3)])).toBeNull();
  expect(trendPerDay([on(0, 1), on(0.1, 3), on(0.2, 5)])).toBeNull();
});
