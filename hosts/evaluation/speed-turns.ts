import type { LegName } from './pair-failure.ts';
import { HoneError } from '../../domain/errors.ts';
import type { BuildSpeed } from '../../domain/model/speed.ts';
import { makeLatencies } from '../stress/meter.ts';

/** What a turn of the closed loop saw. */
export interface ClosedTurn {
  readonly answered: number;
  readonly lost: number;
  /** Wall time in which `answered` were. */
  readonly seconds: number;
  readonly busyShare: number;
}

/** First, second, second, first: what gets slower or faster evenly meanwhile (a host that warms up) falls on both builds alike. */
export function turnOrder(candidateFirst: boolean): readonly { readonly name: LegName; readonly turn: 0 | 1 }[] {
  const [first, second] = candidateFirst ? (['candidate', 'baseline'] as const) : (['baseline', 'candidate'] as const);
  return [
    { name: first, turn: 0 },
    { name: second, turn: 0 },
    { name: second, turn: 1 },
    { name: first, turn: 1 },
  ];
}

/**
 * One build's turn. When the candidate fails in it, the baseline has the same turn: of what both do wrong the candidate is not to blame, and
 * the baseline's failure is the one that is thrown, whoever had the first turn.
 */
export async function blamed(name: LegName, turn: (name: LegName) => Promise<void>): Promise<void> {
  try {
    await turn(name);
  } catch (error) {
    if (error instanceof HoneError && error.code === 'evaluation-failed') await turn('baseline');
    throw error;
  }
}

/** The figures of one build, gathered over its turns. */
export interface SpeedTally {
  closed(turn: ClosedTurn): void;
  /** @param senderLag milliseconds; null when something else than the driver held it up */
  ended(latency: number, senderLag: number | null): void;
  lost(): void;
  serverError(): void;
  /** Answers a second so far; 0 without an answer. */
  perSecond(): number;
  figures(): BuildSpeed;
}

export function makeSpeedTally(): SpeedTally {
  const [latencies, lags] = [makeLatencies(), makeLatencies()];
  const sum = { answered: 0, seconds: 0, busySeconds: 0, lost: 0, serverErrors: 0, latencyRequests: 0 };
  const perSecond = () => (sum.seconds === 0 ? 0 : sum.answered / sum.seconds);
  return {
    closed({ answered, lost, seconds, busyShare }) {
      sum.answered += answered;
      sum.lost += lost;
      sum.seconds += seconds;
      sum.busySeconds += busyShare * seconds;
    },
    ended(latency, senderLag) {
      sum.latencyRequests += 1;
      latencies.add(latency);
      if (senderLag !== null) lags.add(senderLag);
    },
    lost: () => void (sum.lost += 1),
    serverError: () => void (sum.serverErrors += 1),
    perSecond,
    figures: () => ({
      perSecond: perSecond(),
      requests: sum.answered,
      busyShare: sum.seconds === 0 ? 0 : sum.busySeconds / sum.seconds,
      latency: latencies.figures(),
      latencyRequests: sum.latencyRequests,
      lost: sum.lost,
      serverErrors: sum.serverErrors,
      senderLagMilliseconds: lags.figures()?.p99 ?? null,
    }),
  };
}
