import type { Manifest } from '../manifest/schema.ts';

type GuardLimits = NonNullable<Manifest['mirror']>['guard'];

/** What production answered in a while, and how its machine was. */
export interface ProductionSample {
  readonly answers: number;
  /** Answers 5xx. */
  readonly errors: number;
  /** The time of an answer below which a share of them stay, milliseconds; null without an answer. */
  milliseconds(share: number): number | null;
  /** "some avg10" of /proc/pressure/cpu, per cent; null where the kernel has none. */
  readonly cpuPressure: number | null;
}

/**
 * Which times are compared, from how many answers on (the quantile is then not its sample's last value but a few), and the growth that
 * nobody feels: 20 ms is more than nginx lets a copy wait (connect and read, 10 ms each at most).
 */
const latencies = [
  { name: 'median', share: 0.5, fromAnswers: 20, growthMilliseconds: 2 },
  { name: '99th percentile', share: 0.99, fromAnswers: 300, growthMilliseconds: 20 },
] as const;

/** A single failure or two say nothing of a share. */
const fewestErrors = 5;
const fewestAnswers = 20;

/** nginx counts whole milliseconds: what it says to be zero is somewhere below one. */
const resolutionMilliseconds = 1;

/**
 * Whether production suffers while it is mirrored: each of its figures against the same without the mirror.
 * @param before null when production was not watched without the mirror: only failures are judged then
 * @returns a sentence for people; null when nothing is to be seen
 */
export function judgeProduction(before: ProductionSample | null, now: ProductionSample, limits: GuardLimits): string | null {
  return (
    errorSentence(before, now, limits) ??
    (before === null ? null : (slowSentence(before, now, limits) ?? pressureSentence(before, now, limits)))
  );
}

function errorSentence(before: ProductionSample | null, now: ProductionSample, { maximumErrorShare }: GuardLimits): string | null {
  if (now.answers < fewestAnswers || now.errors < fewestErrors) return null;
  const usual = before === null || before.answers === 0 ? 0 : before.errors / before.answers;
  const share = now.errors / now.answers;
  if (share <= usual + maximumErrorShare) return null;
  return `${now.errors} of ${now.answers} answers were 5xx (${percent(share)}; without the mirror ${percent(usual)})`;
}

function slowSentence(before: ProductionSample, now: ProductionSample, { maximumLatencyRatio }: GuardLimits): string | null {
  for (const { name, share, fromAnswers, growthMilliseconds } of latencies) {
    const [usual, current] = [before.milliseconds(share), now.milliseconds(share)];
    if (usual === null || current === null || Math.min(before.answers, now.answers) < fromAnswers) continue;
    const isMore = current > maximumLatencyRatio * Math.max(usual, resolutionMilliseconds) && current - usual > growthMilliseconds;
    if (isMore) return `the ${name} of production's answers is ${current} ms (without the mirror ${usual} ms)`;
  }
  return null;
}

function pressureSentence(before: ProductionSample, now: ProductionSample, { maximumCpuPressure }: GuardLimits): string | null {
  if (before.cpuPressure === null || now.cpuPressure === null) return null;
  if (now.cpuPressure <= maximumCpuPressure || before.cpuPressure >= now.cpuPressure) return null;
  return `the CPU pressure of the machine is ${now.cpuPressure} % (without the mirror ${before.cpuPressure} %)`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
