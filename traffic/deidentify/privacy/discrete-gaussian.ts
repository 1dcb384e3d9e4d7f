import { bernoulliExp } from './bernoulli.ts';
import { sampleDiscreteLaplace } from './discrete-laplace.ts';
import { makeSystemRandom, type RandomSource } from './random.ts';

/** A positive fraction of integers. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * One sample with P(x) proportional to exp(−x²/(2σ²)): Canonne, Kamath, Steinke 2020, algorithm 3, with integers alone. A discrete Laplace
 * sample y of scale t = ⌊σ⌋ + 1 is accepted with probability exp(−(|y| − σ²/t)²/(2σ²)).
 */
export function sampleDiscreteGaussian(sigmaSquared: Fraction, random: RandomSource = makeSystemRandom()): bigint {
  const { numerator: a, denominator: b } = sigmaSquared;
  const t = squareRoot(a / b) + 1n;
  // With σ² = a/b, the exponent is (|y|·b·t − a)² / (2·a·b·t²).
  const exponentDenominator = 2n * a * b * t * t;
  for (;;) {
    const y = sampleDiscreteLaplace(1n, t, random);
    const distance = (y < 0n ? -y : y) * b * t - a;
    if (bernoulliExp(distance * distance, exponentDenominator, random)) return y;
  }
}

/** ⌊√value⌋ by Newton's method on integers. */
export function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
