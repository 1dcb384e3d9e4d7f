import { boundaryExponent, defaultRho, oneSidedBoundary } from './boundary.ts';

/** What a confidence sequence needs of its observations. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared distances from the mean. */
  readonly scatter: number;
}

/** Sums up observations; the second pass keeps the scatter exact where the spread is small beside the mean. */
export function momentsOf(observations: readonly number[]): Moments {
  const count = observations.length;
  const mean = count === 0 ? 0 : observations.reduce((sum, value) => sum + value, 0) / count;
  return { count, mean, scatter: observations.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

/** True when "the centre is at most `centre`" is rejected at level α, now and however often one has looked before. */
export function exceeds(moments: Moments, centre: number, alpha: number, rho: number = defaultRho): boolean {
  const { count, mean, scatter } = moments;
  const sum = count * (mean - centre);
  return sum > 0 && sum >= oneSidedBoundary(scatter + count * (mean - centre) ** 2, alpha, rho);
}

/** True when "the centre is at least `centre`" is rejected at level α. */
export function fallsShort(moments: Moments, centre: number, alpha: number, rho: number = defaultRho): boolean {
  return exceeds({ ...moments, mean: -moments.mean }, -centre, alpha, rho);
}

/**
 * Half the width of the confidence sequence's interval around the mean, each side at level α; null while it is unbounded
 * (too few observations: about ten, however alike).
 *
 * With δ the distance of a tried centre from the mean, S = nδ and V = scatter + nδ²; with w = V + ρ² and L the boundary's
 * exponent, the centre is rejected where φ(w) = w (n − L(w)) − n (scatter + ρ²) ≥ 0. φ is concave and starts below zero at
 * δ = 0, so the nearest rejected centre lies between there and φ's maximum, and there is none when that is below zero.
 */
export function halfWidth(moments: Moments, alpha: number, rho: number = defaultRho): number | null {
  const { count, scatter } = moments;
  const start = scatter + rho * rho;
  const surplus = (w: number): number => w * (count - boundaryExponent(w, alpha, rho)) - count * start;
  const slope = (w: number): number => {
    const root = Math.sqrt(w) / (2 * alpha * rho);
    return count - boundaryExponent(w, alpha, rho) - root / (root + 1);
  };
  if (slope(start) <= 0) return null;
  let top = start * 2;
  while (slope(top) > 0 && surplus(top) < 0) top *= 2;
  const peak = surplus(top) >= 0 ? top : bisect(slope, start, top);
  if (surplus(peak) < 0) return null;
  return Math.sqrt((bisect((w) => -surplus(w), start, peak) - start) / count);
}

/** The place in [low, high] where a function that is positive at `low` stops being so, to the last bits. */
function bisect(positiveAtLow: (w: number) => number, low: number, high: number): number {
  let [left, right] = [low, high];
  for (let step = 0; step < 200; step += 1) {
    const middle = (left + right) / 2;
    if (middle <= left || middle >= right) break;
    if (positiveAtLow(middle) > 0) left = middle;
    else right = middle;
  }
  return right;
}
