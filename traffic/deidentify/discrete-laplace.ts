import { randomBytes } from 'node:crypto';

/**
 * Exact sampling from the discrete Laplace distribution, with integers alone: Canonne, Kamath, Steinke, "The Discrete Gaussian
 * for Differential Privacy" (NeurIPS 2020), algorithm 2. No floating point, so no gap that gives the exact count away.
 */

/** Uniform bytes; by default the system's cryptographic source. */
export type RandomSource = (count: number) => Uint8Array;

/** A uniform integer of 0 … bound − 1, by rejection. */
function uniform(bound: bigint, random: RandomSource): bigint {
  if (bound <= 1n) return 0n;
  const bits = (bound - 1n).toString(2).length;
  const bytes = Math.ceil(bits / 8);
  const mask = (1n << BigInt(bits)) - 1n;
  for (;;) {
    let value = 0n;
    for (const byte of random(bytes)) value = (value << 8n) | BigInt(byte);
    value &= mask;
    if (value < bound) return value;
  }
}

/** One with probability exp(−numerator/denominator), for a fraction of 0 … 1 (algorithm 1). */
function bernoulliExp(numerator: bigint, denominator: bigint, random: RandomSource): boolean {
  let k = 1n;
  while (uniform(denominator * k, random) < numerator) k += 1n;
  return k % 2n === 1n;
}

/**
 * One sample with P(x) proportional to exp(−|x| · numerator/denominator).
 * @param numerator,denominator the privacy parameter over the sensitivity, as a positive fraction
 */
export function sampleDiscreteLaplace(numerator: bigint, denominator: bigint, random: RandomSource = randomBytes): bigint {
  for (;;) {
    const u = uniform(denominator, random);
    if (!bernoulliExp(u, denominator, random)) continue;
    let v = 0n;
    while (bernoulliExp(1n, 1n, random)) v += 1n;
    const magnitude = (u + denominator * v) / numerator;
    const negative = uniform(2n, random) === 1n;
    if (negative && magnitude === 0n) continue;
    return negative ? -magnitude : magnitude;
  }
}
