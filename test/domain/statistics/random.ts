/** A seeded generator (mulberry32): the same figures in every run. */
export function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Standard normal numbers (Box–Muller). */
export function makeNormal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** What a role of a pair adds to the log ratio: any noise at all, since the coin makes it symmetric. */
export type Noise = (random: () => number) => () => number;

const spread = 0.03;

/** Noise of several kinds, about 3 % wide. */
export const noises: Readonly<Record<string, Noise>> = {
  normal: (random) => {
    const normal = makeNormal(random);
    return () => spread * normal();
  },
  'heavy-tailed': (random) => {
    const normal = makeNormal(random);
    // Student's t with two degrees of freedom: no variance.
    return () => (spread * normal()) / Math.sqrt(-Math.log(1 - random()));
  },
  skewed: (random) => () => spread * (-Math.log(1 - random()) - 1),
  spiky: (random) => {
    const normal = makeNormal(random);
    return () => 0.005 * normal() + (random() < 0.05 ? 0.5 : 0);
  },
  autocorrelated: (random) => {
    const normal = makeNormal(random);
    let state = 0;
    return () => (state = 0.95 * state + spread * Math.sqrt(1 - 0.95 ** 2) * normal());
  },
  // One role is always 4 % slower: a core shared with interrupts.
  biased: (random) => {
    const normal = makeNormal(random);
    return () => 0.04 + 0.01 * normal();
  },
};

/** Log ratios of pairs: the true gain, and noise that falls on one build or the other by a fair coin. */
export function simulatePairs(noise: Noise, gain: number, seed: number, count: number): { readonly logRatio: number }[] {
  const random = makeRandom(seed);
  const next = noise(random);
  return Array.from({ length: count }, () => ({ logRatio: gain + (random() < 0.5 ? 1 : -1) * next() }));
}
