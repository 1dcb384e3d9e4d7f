import { bernoulliExp } from './bernoulli.ts';
import { makeSystemRandom, uniform, type RandomSource } from './random.ts';

/**
 * One sample with P(x) proportional to exp(−|x| · numerator/denominator): Canonne, Kamath, Steinke 2020, algorithm 2, with integers alone.
 * @param numerator,denominator the privacy parameter over the sensitivity, as a positive fraction
 */
export function sampleDiscreteLaplace(numerator: bigint, denominator: bigint, random: RandomSource = makeSystemRandom()): bigint {
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
