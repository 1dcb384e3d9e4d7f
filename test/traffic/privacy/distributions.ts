import { createHash } from 'node:crypto';
import type { RandomSource } from '../../../traffic/deidentify/privacy/random.ts';

/** Bytes that a word determines: SHA-256 in counter mode. */
export function seededRandom(word: string): RandomSource {
  let pool = Buffer.alloc(0);
  let counter = 0;
  return (count) => {
    while (pool.length < count) {
      const parts = [pool];
      for (let block = 0; block < 128; block += 1) parts.push(createHash('sha256').update(`${word} ${counter++}`).digest());
      pool = Buffer.concat(parts);
    }
    const bytes = pool.subarray(0, count);
    pool = pool.subarray(count);
    return bytes;
  };
}

/** A distribution on the integers of −reach … reach, outside of which less than 1e-15 lies. */
export interface Distribution {
  readonly reach: number;
  readonly probability: (value: number) => number;
}

function normalised(weight: (value: number) => number, reach: number): Distribution {
  let total = 0;
  for (let value = -reach; value <= reach; value += 1) total += weight(value);
  return { reach, probability: (value) => weight(value) / total };
}

export const laplace = (epsilon: number): Distribution =>
  normalised((value) => Math.exp(-Math.abs(value) * epsilon), Math.ceil(36 / epsilon) + 1);
export const gaussian = (sigmaSquared: number): Distribution =>
  normalised((value) => Math.exp((-value * value) / (2 * sigmaSquared)), Math.ceil(9 * Math.sqrt(sigmaSquared)) + 2);

/** ln Γ(x): Lanczos' approximation (g = 7, n = 9), good to 1e-13. */
function logGamma(x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
    9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const t = x + 6.5;
  const sum = coefficients.reduce((before, coefficient, index) => before + coefficient / (x + index), 0.99999999999980993);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** P(χ² with so many degrees of freedom ≥ statistic): the regularised incomplete gamma function Q, by series or continued fraction. */
export function chiSquaredTail(statistic: number, degrees: number): number {
  const [a, x] = [degrees / 2, statistic / 2];
  if (x <= 0) return 1;
  const front = Math.exp(-x + a * Math.log(x) - logGamma(a));
  if (x < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let n = 1; term > sum * 1e-16; n += 1) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - sum * front;
  }
  // Lentz' continued fraction.
  let [b, c] = [x + 1 - a, 1e300];
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 10_000; i += 1) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * h;
}

/** Pearson's test of counts by cell against expected ones; neighbouring cells are put together until each expects ten. */
function chiSquared(observed: readonly number[], expected: readonly number[]): number {
  let [statistic, cells, seen, wanted] = [0, 0, 0, 0];
  const rest = { seen: 0, wanted: 0 };
  const settle = (count: number, expectation: number) => {
    statistic += (count - expectation) ** 2 / expectation;
    cells += 1;
  };
  for (const [index, count] of observed.entries()) {
    seen += count;
    wanted += expected[index] ?? 0;
    if (wanted < 10) continue;
    settle(seen, wanted);
    [seen, wanted] = [0, 0];
  }
  rest.seen = seen;
  rest.wanted = wanted;
  if (rest.wanted > 1) settle(rest.seen, rest.wanted);
  else if (rest.seen > 0) settle(rest.seen, Math.max(rest.wanted, 1e-9));
  return chiSquaredTail(statistic, cells - 1);
}

/** How the sample fits the distribution. */
export interface Fit {
  readonly chiSquared: number;
  readonly kolmogorovSmirnov: number;
  /** χ² of the parity, and of the low four bits, of each value (two's complement). */
  readonly parity: number;
  readonly lowBits: number;
}

/**
 * p-values of a sample. Kolmogorov–Smirnov's is that of the limit for continuous distributions, which is on the safe side for discrete
 * ones (Conover 1972): a p below a threshold is rarer than the threshold says. The tests of the low bits are for what Mironov found of
 * floating-point noise ("On Significance of the Least Significant Bits", CCS 2012): there the last bits tell values apart.
 */
export function fitOf(values: readonly bigint[], { reach, probability }: Distribution): Fit {
  const width = 2 * reach + 1;
  const counts = Array.from({ length: width }, () => 0);
  for (const value of values) {
    const index = Number(value) + reach;
    if (index < 0 || index >= width) return { chiSquared: 0, kolmogorovSmirnov: 0, parity: 0, lowBits: 0 };
    counts[index] = (counts[index] ?? 0) + 1;
  }
  const probabilities = counts.map((_, index) => probability(index - reach));
  const expected = probabilities.map((share) => share * values.length);
  let [cumulated, total, distance] = [0, 0, 0];
  for (const [index, count] of counts.entries()) {
    cumulated += count / values.length;
    total += probabilities[index] ?? 0;
    distance = Math.max(distance, Math.abs(cumulated - total));
  }
  const residues = (modulus: number) => {
    const fold = (cells: readonly number[]) => {
      const folded = Array.from({ length: modulus }, () => 0);
      for (const [index, count] of cells.entries()) {
        const residue = (((index - reach) % modulus) + modulus) % modulus;
        folded[residue] = (folded[residue] ?? 0) + count;
      }
      return folded;
    };
    return chiSquared(fold(counts), fold(expected));
  };
  return {
    chiSquared: chiSquared(counts, expected),
    kolmogorovSmirnov: kolmogorovTail(distance * Math.sqrt(values.length)),
    parity: residues(2),
    lowBits: residues(16),
  };
}

/** P(K ≥ x) of Kolmogorov's distribution. */
function kolmogorovTail(x: number): number {
  if (x < 0.3) return 1;
  let sum = 0;
  for (let k = 1; k < 100; k += 1) sum += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}
