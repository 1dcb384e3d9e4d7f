import { describe, expect, it } from 'vitest';

import { defaultRho, oneSidedBoundary } from '../../../domain/statistics/boundary.ts';
import { exceeds, halfWidth, momentsOf } from '../../../domain/statistics/sequence.ts';
import { makeNormal, makeRandom } from './random.ts';

/** The normal distribution function, by a sum that is exact to about 1e-12 for the arguments used here. */
function normalDistribution(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 400; n += 1) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return x > 7 ? 1 : 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Howard et al. 2021: the mixture supermartingale of the one-sided boundary, in their form with ρ for ρ². */
function mixture(s: number, v: number, rho: number): number {
  const w = v + rho;
  return 2 * Math.sqrt(rho / w) * Math.exp((s * s) / (2 * w)) * normalDistribution(s / Math.sqrt(w));
}

describe('oneSidedBoundary', () => {
  it('lies where the mixture supermartingale has reached 1/α, or a little above', () => {
    for (const alpha of [0.001, 0.01, 0.05, 0.2]) {
      for (const v of [0, 1e-4, 0.001, 0.01, 0.1, 1]) {
        const reached = mixture(oneSidedBoundary(v, alpha), v, defaultRho ** 2) * alpha;
        expect(reached).toBeGreaterThanOrEqual(1);
        expect(reached).toBeLessThan(1.6);
      }
    }
  });

  it('agrees with the closed form worked out by hand', () => {
    // (V + ρ²) = 0.01, ρ = 0.06: sqrt(0.01 · 2 · ln(0.1/0.06/0.02 + 1)).
    expect(oneSidedBoundary(0.0064, 0.01, 0.06)).toBeCloseTo(Math.sqrt(0.02 * Math.log(84.3333333)), 6);
  });
});

describe('halfWidth', () => {
  it('is the distance of the nearest rejected centre', () => {
    const normal = makeNormal(makeRandom(7));
    for (let round = 0; round < 200; round += 1) {
      const count = 10 + (round % 60);
      const size = 10 ** ((round % 9) / 3 - 3);
      const moments = momentsOf(Array.from({ length: count }, () => 0.1 + size * normal()));
      const width = halfWidth(moments, 0.01);
      if (width === null) continue;
      expect(exceeds(moments, moments.mean - width * (1 + 1e-9), 0.01)).toBe(true);
      for (const share of [0.2, 0.6, 0.9, 0.999]) expect(exceeds(moments, moments.mean - width * share, 0.01)).toBe(false);
    }
  });

  it('is unbounded until there are enough observations, however alike', () => {
    const alike = (count: number) => halfWidth(momentsOf(Array.from({ length: count }, () => 0.25)), 0.01);
    expect([0, 1, 2, 5, 8].map(alike)).toEqual([null, null, null, null, null]);
    expect(alike(14)).toBeLessThan(0.1);
    expect(alike(14)).toBeGreaterThan(0);
  });

  it('is bounded for no, equal and enormous observations', () => {
    expect(halfWidth({ count: 1e9, mean: 0, scatter: 1e3 }, 0.01)).toBeLessThan(0.001);
    expect(halfWidth({ count: 40, mean: 1e6, scatter: 1e9 }, 0.01)).toBeGreaterThan(0);
    expect(halfWidth({ count: 1e5, mean: 0, scatter: 0 }, 1e-6)).toBeGreaterThan(0);
  });
});
