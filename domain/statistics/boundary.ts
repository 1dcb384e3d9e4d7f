/**
 * The one-sided normal-mixture boundary for self-normalised sums of symmetric increments.
 *
 * For increments x that are symmetric about zero given the past, exp(λS − λ²V/2) with S = Σx and V = Σx² is a
 * supermartingale for every λ (de la Peña 1999, "A general class of exponential inequalities for martingales and ratios",
 * Annals of Probability 27, lemma 6.1), whatever the increments' size, spread or order. Mixing it over a half-normal λ with
 * precision ρ² gives a supermartingale that by Ville's inequality passes 1/α at any time with probability α at most; this
 * closed form lies above the place where it does (Howard, Ramdas, McAuliffe, Sekhon 2021, "Time-uniform, nonparametric,
 * nonasymptotic confidence sequences", Annals of Statistics 49, section 3.2, one-sided normal mixture; their ρ is ρ² here):
 *
 *     S ≥ sqrt( 2 (V + ρ²) · ln( sqrt((V + ρ²) / ρ²) / (2α) + 1 ) )
 *
 * It also holds where the increments' centre lies below zero: for d ≥ 0 and a symmetric y, f(z) = exp(z − z²/2) obeys
 * f(y − d) + f(−y − d) ≤ 2, so "the gain is at most g" is tested as a whole by testing g.
 */

/** The default of the tuning parameter: the bound is tightest where V is a few times ρ². In units of the log ratio. */
export const defaultRho = 0.07;

/** 2 ln(sqrt(w)/(2αρ) + 1), with w = V + ρ². */
export function boundaryExponent(w: number, alpha: number, rho: number): number {
  return 2 * Math.log(Math.sqrt(w) / (2 * alpha * rho) + 1);
}

/** The sum S from which on "no gain" is rejected, for a sum of squares V; valid at every moment at once. */
export function oneSidedBoundary(sumOfSquares: number, alpha: number, rho: number = defaultRho): number {
  const w = sumOfSquares + rho * rho;
  return Math.sqrt(w * boundaryExponent(w, alpha, rho));
}
