import { uniform, type RandomSource } from './random.ts';

/**
 * True with probability exp(−numerator/denominator), for a fraction of 0 or more, with integers alone: Canonne, Kamath, Steinke, "The
 * Discrete Gaussian for Differential Privacy" (NeurIPS 2020), algorithm 1. No floating point, so no gap that gives the exact count away.
 */
export function bernoulliExp(numerator: bigint, denominator: bigint, random: RandomSource): boolean {
  for (let whole = numerator / denominator; whole > 0n; whole -= 1n) {
    if (!bernoulliExpOfFraction(1n, 1n, random)) return false;
  }
  return bernoulliExpOfFraction(numerator % denominator, denominator, random);
}

/** The same for a fraction of 0 … 1: the first k that fails with probability 1 − γ/k is odd with probability exp(−γ). */
function bernoulliExpOfFraction(numerator: bigint, denominator: bigint, random: RandomSource): boolean {
  let k = 1n;
  while (uniform(denominator * k, random) < numerator) k += 1n;
  return k % 2n === 1n;
}
