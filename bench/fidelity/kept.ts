import type { Round } from './gain.ts';

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const resamples = 10_000;

/** The mean of a function of all rounds, with its percentile bootstrap interval over the rounds: each is one observation of all builds. */
function estimate(rounds: readonly Round[], random: () => number, of: (chosen: readonly Round[]) => number): Estimate {
  const again = Array.from({ length: resamples }, () =>
    of(Array.from(rounds, () => rounds[Math.floor(random() * rounds.length)]!)),
  ).toSorted((left, right) => left - right);
  const at = (share: number) => again[Math.round(share * (resamples - 1))]!;
  return { value: of(rounds), low: at(0.025), high: at(0.975) };
}

const mean = (rounds: readonly Round[], of: (round: Round) => number) => rounds.reduce((sum, round) => sum + of(round), 0) / rounds.length;
/** ln of how many times the baseline's cost a build's cost goes into: gains that follow each other add up. */
const gainOf = (name: keyof Round) => (round: Round) => Math.log(round.baseline / round[name]);
const rawGain = (round: Round) => (gainOf('raw')(round) + gainOf('raw-again')(round)) / 2;

/** The baseline's cost over a build's. */
export function gain(rounds: readonly Round[], name: keyof Round, random: () => number): Estimate {
  const { value, low, high } = estimate(rounds, random, (chosen) => mean(chosen, gainOf(name)));
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) };
}

/** The gain of the build with the de-identified profile over the mean gain of the two with raw ones, as logarithms. */
export function gainKept(rounds: readonly Round[], random: () => number): Estimate {
  return estimate(rounds, random, (chosen) => mean(chosen, gainOf('deidentified')) / mean(chosen, rawGain));
}

/** The same of the two raw builds: by how much such a figure differs from 1 without de-identification. */
export function gainKeptRaw(rounds: readonly Round[], random: () => number): Estimate {
  return estimate(rounds, random, (chosen) => mean(chosen, gainOf('raw-again')) / mean(chosen, gainOf('raw')));
}

/** The cost of the build with the de-identified profile over the geometric mean of those of the two raw ones; 1 when nothing was lost. */
export function costOfRaw(rounds: readonly Round[], random: () => number): Estimate {
  const { value, low, high } = estimate(rounds, random, (chosen) =>
    mean(chosen, (round) => rawGain(round) - gainOf('deidentified')(round)),
  );
  return { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) };
}
