/** Counts of kinds of things, to each of which Gaussian noise was added. */
export interface NoisyCounts {
  readonly counts: ReadonlyMap<string, number>;
  /** Standard deviation of the noise in each count; 0 for exact ones. */
  readonly sigma: number;
}

export interface Divergence {
  /** Jensen–Shannon divergence of the shares, in bits: 0 for the same, 1 for nothing in common. Of the counts as they are. */
  readonly raw: number;
  /** What two samples of one distribution would show in the mean, by the noise in them and by chance. */
  readonly expectedByChance: number;
  /** raw less expectedByChance, at least 0. */
  readonly value: number;
}

/**
 * Compares two distributions that are known by noisy counts. Divergence: Lin, "Divergence measures based on the Shannon entropy", IEEE Trans. Inf.
 * Theory 37 (1991). Its mean under no change, to the second order: for small differences δ of the shares it is Σ δ²/(8 ln 2 · m), m the mean share, and
 * E δ² = m(1 − m)(1/n₁ + 1/n₂) by chance (multinomial) + (1 − 2m + k·m²)(σ₁²/n₁² + σ₂²/n₂²) by the noise of k counts, their sum's among it.
 * @returns null when one of them counts nothing
 */
export function jensenShannon(left: NoisyCounts, right: NoisyCounts): Divergence | null {
  const kinds = [...new Set([...left.counts.keys(), ...right.counts.keys()])];
  const [p, q] = [shares(left, kinds), shares(right, kinds)];
  if (p === null || q === null) return null;
  let raw = 0;
  let expected = 0;
  for (const index of kinds.keys()) {
    const [a, b] = [p.shares[index]!, q.shares[index]!];
    const mean = (a + b) / 2;
    if (mean === 0) continue;
    raw += term(a, mean) / 2 + term(b, mean) / 2;
    const byChance = mean * (1 - mean) * (1 / p.total + 1 / q.total);
    const byNoise = (1 - 2 * mean + kinds.length * mean ** 2) * ((left.sigma / p.total) ** 2 + (right.sigma / q.total) ** 2);
    expected += (byChance + byNoise) / (8 * Math.LN2 * mean);
  }
  return { raw, expectedByChance: expected, value: Math.max(0, raw - expected) };
}

/** Noise can make a count negative: that is none. */
function shares({ counts }: NoisyCounts, kinds: readonly string[]): { readonly shares: readonly number[]; readonly total: number } | null {
  const positive = kinds.map((kind) => Math.max(0, counts.get(kind) ?? 0));
  const total = positive.reduce((sum, count) => sum + count, 0);
  return total === 0 ? null : { shares: positive.map((count) => count / total), total };
}

const term = (share: number, mean: number): number => (share === 0 ? 0 : share * Math.log2(share / mean));
