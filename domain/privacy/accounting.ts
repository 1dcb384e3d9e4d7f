/**
 * Zero-concentrated differential privacy, ρ-zCDP (Bun, Steinke: "Concentrated Differential Privacy: Simplifications, Extensions, and
 * Lower Bounds", TCC 2016). A release by the discrete Gaussian with σ² and sensitivity Δ (ℓ2) costs ρ = Δ²/(2σ²) (Canonne, Kamath,
 * Steinke 2020, theorem 4), one that is ε-DP costs ρ = ε²/2 (Bun, Steinke, proposition 1.4), and costs add up (lemma 1.7). What
 * happens only with a small probability δ (a rare key comes above its threshold) makes it δ-approximate zCDP, whose δ adds up too
 * (definition 8.1 and lemma 8.2). Both are kept as integers, so that no sum is ever rounded.
 */

/** ρ in millionths. */
export type MicroRho = number;
/** δ in units of 10⁻¹⁵. */
export type FemtoDelta = number;

/** What one release may cost, or has cost. */
export interface PrivacyCost {
  readonly microRho: MicroRho;
  readonly femtoDelta: FemtoDelta;
}

/** A budget as a manifest states it. */
export interface PrivacyPolicy {
  /** Of an epoch, at `delta`. */
  readonly epsilon: number;
  readonly delta: number;
  readonly releasesPerEpoch: number;
}

/** A budget as the ledger keeps it. */
export interface EpochBudget {
  readonly total: PrivacyCost;
  /** An equal part of the total, rounded down. */
  readonly perRelease: PrivacyCost;
}

const rhoUnit = 1e6;
const deltaUnit = 1e15;
/** More ρ than that protects nobody: at δ = 10⁻⁶ it is ε = 150. */
const largestMicroRho = 100 * rhoUnit;

/**
 * The smallest ε with which ρ-zCDP implies (ε, δ)-DP: Canonne, Kamath, Steinke 2020, proposition 12, where every α > 1 gives a valid
 * ε = αρ + (ln(1/δ) − ln(α−1) + α ln(1−1/α)) / (α−1); the smallest is found by ternary search over ln(α−1). It is at most the
 * ρ + 2√(ρ ln(1/δ)) of Bun and Steinke.
 */
export function epsilonOf(microRho: MicroRho, delta: number): number {
  if (microRho === 0) return 0;
  const rho = microRho / rhoUnit;
  const at = (logarithm: number) => {
    const over = Math.exp(logarithm);
    const alpha = 1 + over;
    return alpha * rho + (Math.log(1 / delta) - logarithm + alpha * Math.log(over / alpha)) / over;
  };
  let [low, high] = [-12, 18];
  for (let step = 0; step < 200; step += 1) {
    const third = (high - low) / 3;
    if (at(low + third) < at(high - third)) high -= third;
    else low += third;
  }
  return Math.max(0, at((low + high) / 2));
}

/** The largest ρ whose {@link epsilonOf} is at most ε. */
export function microRhoWithin(epsilon: number, delta: number): MicroRho {
  let [fits, tooMuch] = [0, largestMicroRho];
  while (tooMuch - fits > 1) {
    const middle = Math.floor((fits + tooMuch) / 2);
    if (epsilonOf(middle, delta) <= epsilon) fits = middle;
    else tooMuch = middle;
  }
  return fits;
}

/** Half of δ is for the conversion from ρ to ε, the other half for the thresholds of the releases. */
export function budgetOf({ epsilon, delta, releasesPerEpoch }: PrivacyPolicy): EpochBudget {
  const total = { microRho: microRhoWithin(epsilon, delta / 2), femtoDelta: Math.floor((delta / 2) * deltaUnit) };
  const part = (whole: number) => Math.floor(whole / releasesPerEpoch);
  return { total, perRelease: { microRho: part(total.microRho), femtoDelta: part(total.femtoDelta) } };
}

/** The ε that the cost comes to at the policy's δ: what the thresholds have left of it is for the conversion. */
export function epsilonSpent({ microRho, femtoDelta }: PrivacyCost, delta: number): number {
  return epsilonOf(microRho, Math.max(delta - femtoDelta / deltaUnit, delta / 2));
}

/** δ of the thresholds as a number. */
export function deltaOf(femtoDelta: FemtoDelta): number {
  return femtoDelta / deltaUnit;
}
