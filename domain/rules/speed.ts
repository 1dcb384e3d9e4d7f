import type { BuildSpeed, SpeedComparison } from '../model/speed.ts';
import { significant } from './figures.ts';

/** Below this share of its core a build waited for something else, mostly for the driver: its throughput is at least what was seen. */
const busyEnough = 0.9;

/** True when something else than the build itself bounded its throughput. */
export function isHeldBack({ busyShare }: BuildSpeed): boolean {
  return busyShare < busyEnough;
}

/** Both builds' throughput and latency in one line, the baseline first. */
export function speedSentence({ baseline, candidate, askedPerSecond }: SpeedComparison): string {
  const rate = (build: BuildSpeed) => `${isHeldBack(build) ? 'at least ' : ''}${significant(build.perSecond)}`;
  const throughput = `throughput ${rate(baseline)}/s, optimised ${rate(candidate)}/s`;
  if (baseline.latency === null || candidate.latency === null) return throughput;
  const [before, after] = [baseline.latency, candidate.latency];
  const at = askedPerSecond === null ? '' : ` at ${significant(askedPerSecond)}/s`;
  return `${throughput}; latency${at}: p50 ${significant(before.p50)} ms, optimised ${significant(after.p50)} ms, p99 ${significant(before.p99)} ms, optimised ${significant(after.p99)} ms`;
}
