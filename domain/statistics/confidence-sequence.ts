/**
 * A confidence interval for the centre of symmetry of paired differences that stays valid however often one looks.
 *
 * For increments that are symmetric about zero, exp(λS − λ²V/2) with S = Σxᵢ and V = Σxᵢ² is a supermartingale for every λ
 * (de la Peña 1999, "A general class of exponential inequalities for martingales and ratios"). Mixing over a half-normal λ gives
 * the one-sided boundary S ≤ sqrt(2 (V + ρ²) ln(sqrt((V + ρ²)/ρ²) / (2α) + 1)), which holds at all times with probability 1 − α
 * (Howard, Ramdas, McAuliffe, Sekhon 2020, "Time-uniform Chernoff bounds via nonnegative supermartingales"; the normal mixture
 * boundary of their "Time-uniform, nonparametric, nonasymptotic confidence sequences", 2021). Nothing is assumed of the noise
 * but the symmetry, and that is made: a fair coin decides the roles of each pair.
 */

/** Tunes the boundary to be tightest around V = ρ²·(a few); about twenty pairs with a spread of two per cent. Any value is valid. */
export const defaultRho = 0.07;

export interface LogInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** S may pass this value, one-sided, with probability at most alpha over all times. */
export function boundary(sumOfSquares: number, alpha: number, rho: number = defaultRho): number {
  const scale = sumOfSquares + rho * rho;
  return Math.sqrt(2 * scale * Math.log(Math.sqrt(scale / (rho * rho)) / (2 * alpha) + 1));
}

/** True when "the centre is at most `centre`" is rejected at level alpha. */
export function exceeds(values: readonly number[], centre: number, alpha: number, rho: number = defaultRho): boolean {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value - centre;
    squares += (value - centre) ** 2;
  }
  return sum > boundary(squares, alpha, rho);
}

const firstStep = 1e-4;
const stepGrowth = 1.05;
const farthest = 8;
const bisections = 50;

/**
 * Inverts the boundary on both sides, each at level alpha: the connected set of centres around the mean that are not
 * rejected. Null while a side is open (fewer than about 14 values at alpha = 0.01, however clear they are). A centre so
 * far away that the boundary outgrows it again is left out: that all n values lie on one side of their centre of symmetry
 * has the probability 2⁻ⁿ, far below alpha once an interval exists at all.
 */
export function logInterval(values: readonly number[], alpha: number, rho: number = defaultRho): LogInterval | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const below = firstRejected((distance) => exceeds(values, mean - distance, alpha, rho));
  const mirrored = values.map((value) => -value);
  const above = firstRejected((distance) => exceeds(mirrored, -mean - distance, alpha, rho));
  return below === null || above === null ? null : { mean, low: mean - below, high: mean + above };
}

/** The distance at which rejection begins, to about twelve digits. */
function firstRejected(rejected: (distance: number) => boolean): number | null {
  let kept = 0;
  let distance = firstStep;
  while (!rejected(distance)) {
    kept = distance;
    distance *= stepGrowth;
    if (distance > farthest) return null;
  }
  for (let round = 0; round < bisections; round += 1) {
    const middle = (kept + distance) / 2;
    if (rejected(middle)) distance = middle;
    else kept = middle;
  }
  return distance;
}
