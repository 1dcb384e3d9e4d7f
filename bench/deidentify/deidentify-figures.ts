import type { Figure } from '../figures.ts';
import { bootstrapRatio, quantile } from '../statistics.ts';
import type { Measured } from './rounds.ts';
import type { Scores, Share } from './scores.ts';

/** What has been published for a pipeline of five such stages: queries, operations, records, aggregates, checks a second. */
const published = {
  sanitise: '847 queries/s',
  tokenise: '723 operations/s',
  structure: '691 records/s',
  privacy: '512 aggregates/s',
  validate: '436 checks/s',
} as const;

const shareFigure = (name: string, { value, low, high }: Share, aim: string | null, peer: string | null): Figure => ({
  name,
  value: value * 100,
  low: low * 100,
  high: high * 100,
  unit: '%',
  aim,
  peer,
});

/** The geometric mean of the rounds' rates with its bootstrap interval. */
function rateFigure(name: string, { rates }: Measured, random: () => number, aim: string | null, peer: string | null): Figure {
  const { ratio, low, high } = bootstrapRatio(rates.map(Math.log), random);
  return { name, value: ratio, low, high, unit: '1/s', aim, peer };
}

/** Hone's figures: rate, shares, latency, and each stage beside what has been published. */
export function honeFigures(measured: Measured, scores: Scores, random: () => number): readonly Figure[] {
  const { nanoseconds = [], stages = {} } = measured.last;
  const latency = (share: number) => quantile(nanoseconds, share) / 1e6;
  return [
    rateFigure('events-per-second-per-core', measured, random, '≥ 50,000', 'all five stages, CPU time of one pinned process'),
    shareFigure('removed-share', scores.removed, '≥ 99.5', 'decoded every way, the value is nowhere'),
    shareFigure('decoys-changed-share', scores.decoysChanged, '≤ 1', null),
    shareFigure('shape-kept-share', scores.shapeKept, '100', 'types, names, order, lengths'),
    shareFigure('dropped-share', scores.dropped, '≤ 1', 'all requests of the corpus are valid'),
    { name: 'latency', value: latency(0.5), low: null, high: null, unit: 'ms', aim: null, peer: 'median; published: 3.7 ms end to end' },
    { name: 'latency-p99', value: latency(0.99), low: null, high: null, unit: 'ms', aim: null, peer: null },
    ...Object.entries(stages).map(([stage, { requests, microseconds }]) => ({
      name: `${stage}-per-second`,
      value: requests / (microseconds / 1e6),
      low: null,
      high: null,
      unit: '1/s',
      aim: null,
      peer: `published: ${published[stage as keyof typeof published]}`,
    })),
  ];
}

/** The shares of one more part of the corpus. */
export function shareFigures(suffix: string, scores: Scores): readonly Figure[] {
  return [
    shareFigure(`removed-share${suffix}`, scores.removed, null, null),
    shareFigure(`decoys-changed-share${suffix}`, scores.decoysChanged, null, null),
    shareFigure(`shape-kept-share${suffix}`, scores.shapeKept, null, null),
    shareFigure(`dropped-share${suffix}`, scores.dropped, null, null),
  ];
}

/** A peer's figures: the same measures on the same requests. */
export function peerFigures(name: string, measured: Measured, scores: Scores, random: () => number): readonly Figure[] {
  return [
    rateFigure(`events-per-second-per-core-${name}`, measured, random, null, name),
    shareFigure(`removed-share-${name}`, scores.removed, null, name),
    shareFigure(`decoys-changed-share-${name}`, scores.decoysChanged, null, name),
    shareFigure(`shape-kept-share-${name}`, scores.shapeKept, null, name),
    shareFigure(`dropped-share-${name}`, scores.dropped, null, `${name}: it threw`),
  ];
}
