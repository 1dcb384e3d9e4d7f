import type { BuildSpeed, SpeedComparison } from '../../domain/model/speed.ts';
import { significant } from '../../domain/rules/figures.ts';
import { isHeldBack } from '../../domain/rules/speed.ts';

/** Throughput and latency of both builds; nothing where they were not measured. */
export function speedFacts(speed: SpeedComparison | null): readonly (readonly [string, string])[] {
  if (speed === null) return [];
  const { baseline, candidate } = speed;
  const counts = [
    [baseline.lost + candidate.lost, 'lost', `${shares(speed, 'lost')} had no whole answer`],
    [baseline.serverErrors + candidate.serverErrors, 'errors', `${shares(speed, 'serverErrors')} were answered with 5xx`],
  ] as const;
  return [
    ['throughput', throughputText(speed)],
    ['latency', latencyText(speed)],
    ...counts.flatMap(([count, name, text]) => (count === 0 ? [] : [[name, text] as const])),
  ];
}

function throughputText({ baseline, candidate, concurrency, askedPerSecond }: SpeedComparison): string {
  if (baseline.perSecond === 0 || candidate.perSecond === 0) return 'no answer';
  const heldBack = [baseline, candidate].some(isHeldBack);
  const rate = (build: BuildSpeed) => `${isHeldBack(build) ? 'at least ' : ''}${significant(build.perSecond)}/s`;
  const ratio = heldBack ? '' : ` (${(candidate.perSecond / baseline.perSecond).toFixed(3)})`;
  const why = heldBack ? '; "at least": the build did not have its core to itself, or waited for the driver or for a disk' : '';
  const what = askedPerSecond === null ? 'runs, one' : `answers with ${String(concurrency)}`;
  return `baseline ${rate(baseline)}, optimised ${rate(candidate)}${ratio}, ${what} at a time${why}`;
}

function latencyText({ baseline, candidate, askedPerSecond }: SpeedComparison): string {
  if (baseline.latency === null || candidate.latency === null) return 'no answer';
  const [before, after] = [baseline.latency, candidate.latency];
  const pair = (of: 'p50' | 'p90' | 'p99') => `${of} ${significant(before[of])} and ${significant(after[of])} ms`;
  const at =
    askedPerSecond === null
      ? 'wall time of a run'
      : `at ${significant(askedPerSecond)}/s, half of what was seen of the slower${senderText(baseline, candidate)}`;
  return `${pair('p50')}, ${pair('p90')}, ${pair('p99')}, ${at}`;
}

/** What of the latencies is Hone's own doing. */
function senderText(...builds: readonly BuildSpeed[]): string {
  const lags = builds.map(({ senderLagMilliseconds }) => senderLagMilliseconds).filter((lag) => lag !== null);
  return lags.length === 0 ? '' : `; sent ${significant(Math.max(...lags))} ms late at p99, which is in them`;
}

function shares({ baseline, candidate }: SpeedComparison, of: 'lost' | 'serverErrors'): string {
  return `${String(baseline[of])} requests to the baseline and ${String(candidate[of])} to the optimised build`;
}
