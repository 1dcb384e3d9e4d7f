/** The best estimate of a ratio with a two-sided interval. */
export interface RatioEstimate {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** A generator of numbers in [0, 1): mulberry32, so that a run's order and intervals can be had again from its seed. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy in random order (Fisher and Yates). */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other] as Item, mixed[last] as Item];
  }
  return mixed;
}

const resamples = 10_000;

/**
 * exp of the mean log ratio with its 95 % percentile bootstrap interval. The number of rounds is fixed before the first one
 * runs, so that an interval for one look is enough. Each round is one observation: what its builds share cancels within it.
 * @param logRatios one per round, at least two
 */
export function bootstrapRatio(logRatios: readonly number[], random: () => number): RatioEstimate {
  if (logRatios.length < 2) throw new RangeError(`${logRatios.length} rounds give no interval: two are the least.`);
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let draw = 0; draw < logRatios.length; draw += 1) sum += logRatios[Math.floor(random() * logRatios.length)] as number;
    return sum / logRatios.length;
  }).toSorted((left, right) => left - right);
  const at = (share: number) => Math.exp(means[Math.round(share * (resamples - 1))] as number);
  return { ratio: Math.exp(mean(logRatios)), low: at(0.025), high: at(0.975) };
}

/**
 * As {@link bootstrapRatio}, of rounds in clusters: what rounds of one cluster share (the same two builds, say) varies between clusters, so that
 * clusters are drawn first, then rounds within each. Of few clusters the interval is somewhat too narrow.
 * @param clusters log ratios by cluster, each with one at least; of one cluster, two at least
 */
export function clusteredRatio(clusters: readonly (readonly number[])[], random: () => number): RatioEstimate {
  if (clusters.length === 1) return bootstrapRatio(clusters[0]!, random);
  const draw = <Item>(items: readonly Item[]) => items.map(() => items[Math.floor(random() * items.length)] as Item);
  const means = Array.from({ length: resamples }, () => mean(draw(clusters).map((rounds) => mean(draw(rounds))))).toSorted(
    (left, right) => left - right,
  );
  const at = (share: number) => Math.exp(means[Math.round(share * (resamples - 1))] as number);
  return { ratio: Math.exp(mean(clusters.map(mean))), low: at(0.025), high: at(0.975) };
}

/** Student's t, 97.5 %, of 1, 2, … degrees of freedom. */
const student = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262] as const;

/** exp of the mean log ratio with its 95 % interval by Student's t, for a handful of observations; no interval of one. At most ten. */
export function studentRatio(logRatios: readonly number[]): {
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
} {
  const centre = mean(logRatios);
  const ratio = Math.exp(centre);
  if (logRatios.length < 2) return { ratio, low: null, high: null };
  const factor = student[logRatios.length - 2];
  if (factor === undefined) throw new RangeError(`${logRatios.length} observations: at most ${student.length + 1}.`);
  const variance = logRatios.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (logRatios.length - 1);
  const width = factor * Math.sqrt(variance / logRatios.length);
  return { ratio, low: Math.exp(centre - width), high: Math.exp(centre + width) };
}

/** Of one value at least. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value below which a share of the values lies; the nearest one that occurs. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('No values, no quantile.');
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
}
