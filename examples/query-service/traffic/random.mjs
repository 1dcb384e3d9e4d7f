// Numbers that follow from a seed.

/** Mulberry32: 0 <= x < 1. */
export function makeRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The first index whose cumulative weight exceeds a random share of the whole. */
function search(cumulative, random) {
  const wanted = random() * cumulative[cumulative.length - 1];
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Draws an index with a probability proportional to its weight. */
export function makeWeighted(weights) {
  let sum = 0;
  const cumulative = Float64Array.from(weights, (weight) => (sum += weight));
  return (random) => search(cumulative, random);
}

/**
 * Draws one of the items, the k-th most popular with a probability proportional to 1 / k^exponent (Zipf). Which items are
 * popular follows from the seed.
 */
export function makeZipf(items, exponent, seed) {
  const random = makeRandom(seed);
  const ranked = [...items];
  for (let i = ranked.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [ranked[i], ranked[j]] = [ranked[j], ranked[i]];
  }
  const draw = makeWeighted(ranked.map((_, rank) => 1 / (rank + 1) ** exponent));
  return (source) => ranked[draw(source)];
}
