import type { LatencyFigures } from '../../domain/model/stress.ts';
import type { StressDetail, StressView } from '../operations/stress.ts';
import { count, duration, time } from '../output/format.ts';
import { facts, table } from '../output/table.ts';
import { environmentText } from './environment-text.ts';

type Result = NonNullable<StressDetail['result']>;

/** A stress window for people: what was asked, what the service made of it, and where it no longer followed. */
export function stressText(window: StressDetail): string {
  const { result, error } = window;
  const lines: (readonly [string, string])[] = [
    ['stress window', `${window.id}: a stress window, part of no profile`],
    ['target', window.target.name],
    ['corpus', `of cycle ${window.cycle.id}`],
    ['build', `${window.build.kind} ${window.build.elfBuildId.slice(0, 12)}, on ${window.host}`],
    ['state', window.state],
    ['started', `${time(window.startedAt)}, took ${duration(window.startedAt, window.endedAt)}`],
    ['asked', rateText(window)],
    ...(result === null ? reachedLines(window) : resultLines(result)),
    ...(error === null ? [] : [['error', `${error.message} ${error.advice}`] as const]),
  ];
  const more = (error?.details ?? []).map((line) => `    ${line}\n`).join('');
  if (result === null) return `${facts(lines)}${more}`;
  return `${facts(lines)}${more}\n${stepsText(result)}\n${endpointsText(result)}${environmentOf(window)}`;
}

/** How far a window came that was not measured to its end. */
function reachedLines({ progress }: StressDetail): readonly (readonly [string, string])[] {
  if (progress === null) return [];
  const { second, requests, answered } = progress;
  return [['reached', `second ${second}: ${count(answered)} of ${count(requests)} requests answered`]];
}

/** `3x for 60 s, until saturation`. */
export function rateText({ order }: Pick<StressView, 'order'>): string {
  const { rate, seconds, untilSaturation } = order;
  return `${rate}${seconds === null ? '' : ` for ${seconds} s`}${untilSaturation ? ', until saturation' : ''}`;
}

export function nextAfterStress({ state, id, target, cycle }: StressView): readonly string[] {
  return state === 'running' ? [`hone replay cancel ${id}`] : [`hone replay list ${target.name}`, `hone cycle show ${cycle.id}`];
}

function losses({ pausesCut, withoutTime = 0 }: Result['recording']): string {
  const said = [
    ...(pausesCut === 0 ? [] : [`${pausesCut} pauses cut`]),
    ...(withoutTime === 0 ? [] : [`${count(withoutTime)} requests without a time`]),
  ];
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

function resultLines(result: Result): readonly (readonly [string, string])[] {
  const { recording, outcomes, saturation } = result;
  const recorded =
    recording.perSecond === null
      ? 'at a rate that the corpus does not say'
      : `at ${recording.perSecond.toFixed(1)}/s over ${recording.seconds?.toFixed(1) ?? '-'} s${losses(recording)}`;
  return [
    [
      'recorded',
      `${count(recording.requests)} requests of ${count(recording.sessions)} sessions, ${count(recording.withoutSession)} of none, ${recorded}`,
    ],
    [
      'rate',
      `${result.askedPerSecond.toFixed(1)}/s asked, ${result.achievedPerSecond.toFixed(1)}/s achieved over ${result.seconds.toFixed(1)} s`,
    ],
    ['requests', `${count(result.requests)}, ${count(result.mostInFlight)} in flight at most; ended as ${endText[result.end]}`],
    ['answers', outcomes.map(({ name, count: times }) => `${name} ${count(times)}`).join(', ') || 'none'],
    ['latency', latencyText(result.latency)],
    ['sender', senderText(result)],
    [
      'saturation',
      saturation === null
        ? 'none was seen'
        : `in second ${saturation.second}, asked ${saturation.askedPerSecond.toFixed(1)}/s, achieved ${saturation.achievedPerSecond.toFixed(1)}/s: ${saturation.sentence}`,
    ],
  ];
}

const endText: Readonly<Record<Result['end'], string>> = {
  'corpus-over': 'the corpus was over',
  'time-over': 'the time was over',
  'count-over': 'no more requests are sent in one window',
  saturated: 'the service no longer followed',
};

function latencyText(latency: LatencyFigures | null): string {
  if (latency === null) return 'no answer';
  const { p50, p90, p99, maximum } = latency;
  return `p50 ${shown(p50)}, p90 ${shown(p90)}, p99 ${shown(p99)}, at most ${shown(maximum)}, from when each was to be sent`;
}

/** What of the latencies is Hone's own doing. */
function senderText({ perSecond }: Result): string {
  if (perSecond.length === 0) return 'not known: it took less than a second';
  const worst = Math.max(...perSecond.map(({ senderLagMilliseconds }) => senderLagMilliseconds));
  return `at most ${shown(worst)} late (p99 of its worst second), which is in the latencies`;
}

function shown(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;
}

function stepsText({ steps }: Result): string {
  return table(steps, [
    { title: 'ASKED', value: ({ askedPerSecond }) => `${askedPerSecond.toFixed(1)}/s`, align: 'right' },
    { title: 'ACHIEVED', value: ({ achievedPerSecond }) => `${achievedPerSecond.toFixed(1)}/s`, align: 'right' },
    { title: 'FOR', value: ({ seconds }) => `${seconds.toFixed(1)} s`, align: 'right' },
    { title: 'REQUESTS', value: ({ requests }) => count(requests), align: 'right' },
    { title: 'P50', value: ({ latency }) => (latency === null ? '-' : shown(latency.p50)), align: 'right' },
    { title: 'P99', value: ({ latency }) => (latency === null ? '-' : shown(latency.p99)), align: 'right' },
  ]);
}

function endpointsText({ endpoints }: Result): string {
  return table(endpoints, [
    { title: 'ENDPOINT', value: ({ endpoint }) => endpoint },
    { title: 'REQUESTS', value: ({ requests }) => count(requests), align: 'right' },
    { title: 'FAILED', value: ({ failed }) => count(failed), align: 'right' },
    { title: 'P50', value: ({ latency }) => (latency === null ? '-' : shown(latency.p50)), align: 'right' },
    { title: 'P99', value: ({ latency }) => (latency === null ? '-' : shown(latency.p99)), align: 'right' },
  ]);
}

function environmentOf({ environment, startedAt, endedAt, result }: StressDetail): string {
  if (environment === null) return '';
  const requests = result?.requests ?? 0;
  const window = { index: 1, attempt: 1, kept: false, rejections: [], requests, startedAt, endedAt: endedAt ?? startedAt, environment };
  return environmentText([window], false);
}
