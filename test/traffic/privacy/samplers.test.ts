import { describe, expect, test } from 'vitest';
import { sampleDiscreteGaussian, squareRoot } from '../../../traffic/deidentify/privacy/discrete-gaussian.ts';
import { sampleDiscreteLaplace } from '../../../traffic/deidentify/privacy/discrete-laplace.ts';
import { makeSystemRandom, type RandomSource } from '../../../traffic/deidentify/privacy/random.ts';
import { chiSquaredTail, fitOf, gaussian, laplace, seededRandom, type Distribution, type Fit } from './distributions.ts';

const draws = 120_000;
const sample = (draw: () => bigint): bigint[] => Array.from({ length: draws }, draw);

const samplers: readonly (readonly [string, (random: RandomSource) => bigint, Distribution])[] = [
  ...(
    [
      [1n, 1n],
      [1n, 2n],
      [3n, 2n],
      [1n, 40n],
    ] as const
  ).map(
    ([numerator, denominator]) =>
      [
        `Laplace, ε = ${numerator}/${denominator}`,
        (random: RandomSource) => sampleDiscreteLaplace(numerator, denominator, random),
        laplace(Number(numerator) / Number(denominator)),
      ] as const,
  ),
  ...(
    [
      [1n, 4n],
      [1n, 1n],
      [7n, 2n],
      [400n, 1n],
      [123_456n, 7n],
    ] as const
  ).map(
    ([numerator, denominator]) =>
      [
        `Gaussian, σ² = ${numerator}/${denominator}`,
        (random: RandomSource) => sampleDiscreteGaussian({ numerator, denominator }, random),
        gaussian(Number(numerator) / Number(denominator)),
      ] as const,
  ),
];
const worst = (fit: Fit) => Math.min(...Object.values(fit));

describe('samples follow the distribution, their low bits too (χ², Kolmogorov–Smirnov, 120,000 draws)', () => {
  // The seeds are fixed, so that a test fails for a change of the sampler only.
  test.each(samplers)('%s', { timeout: 120_000 }, (name, draw, distribution) => {
    const random = seededRandom(name);
    const values = sample(() => draw(random));
    expect(values.every((value) => typeof value === 'bigint')).toBe(true);
    expect(worst(fitOf(values, distribution)), JSON.stringify(fitOf(values, distribution))).toBeGreaterThan(1e-4);
  });
  // One false alarm in some hundred million runs.
  test.each(samplers.filter(([name]) => name.includes('2')))(
    "%s, from the system's source",
    { timeout: 120_000 },
    (_name, draw, distribution) => {
      const random = makeSystemRandom();
      const fit = fitOf(
        sample(() => draw(random)),
        distribution,
      );
      expect(worst(fit), JSON.stringify(fit)).toBeGreaterThan(1e-9);
    },
  );
});

describe('what is wrong is found', () => {
  const uniformOf = (random: RandomSource) => (Buffer.from(random(4)).readUInt32BE() + 0.5) / 2 ** 32;
  const normal = (random: RandomSource) => Math.sqrt(-2 * Math.log(uniformOf(random))) * Math.cos(2 * Math.PI * uniformOf(random));
  const rounded = (sigma: number) => (random: RandomSource) => BigInt(Math.round(sigma * normal(random)));
  test.each<[string, keyof Fit, (random: RandomSource) => bigint, Distribution]>([
    ['a rounded continuous Gaussian', 'chiSquared', rounded(1), gaussian(1)],
    [
      'a wrong variance',
      'kolmogorovSmirnov',
      (random) => sampleDiscreteGaussian({ numerator: 440n, denominator: 1n }, random),
      gaussian(400),
    ],
    ['even values alone', 'parity', (random) => 2n * sampleDiscreteGaussian({ numerator: 100n, denominator: 1n }, random), gaussian(400)],
    [
      'a bit that is never set',
      'lowBits',
      (random) => sampleDiscreteGaussian({ numerator: 400n, denominator: 1n }, random) & ~8n,
      gaussian(400),
    ],
  ])('%s', { timeout: 60_000 }, (name, by, draw, distribution) => {
    const random = seededRandom(name);
    expect(
      fitOf(
        sample(() => draw(random)),
        distribution,
      )[by],
    ).toBeLessThan(1e-9);
  });
});

test('the tail of χ² is that of the tables', () => {
  // The 0.95 and 0.999 points (NIST/SEMATECH e-Handbook, table 1.3.6.7.4).
  for (const [point, degrees, tail] of [
    [3.841, 1, 0.05],
    [18.307, 10, 0.05],
    [124.342, 100, 0.05],
    [29.588, 10, 0.001],
  ] as const) {
    expect(chiSquaredTail(point, degrees)).toBeCloseTo(tail, 4);
  }
});

test('integer square roots are exact', () => {
  for (let value = 0n; value < 2000n; value += 1n) {
    const root = squareRoot(value);
    expect(root * root <= value && (root + 1n) * (root + 1n) > value).toBe(true);
  }
  const large = 10n ** 60n + 12_345n;
  expect(squareRoot(large * large)).toBe(large);
  expect(squareRoot(large * large - 1n)).toBe(large - 1n);
});
