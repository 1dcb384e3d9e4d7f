import type { BuildRecordId, CycleId, StressId, TargetId } from '../ids.ts';
import type { HoneErrorData } from '../errors.ts';
import type { EnvironmentRecord } from './environment.ts';

/** Where a stress window stands; all but `running` are final. */
export const stressStates = ['running', 'succeeded', 'failed', 'cancelled'] as const;
export type StressState = (typeof stressStates)[number];

/** What was asked for. */
export interface StressOrder {
  /** As it was written: `3x` of the recorded rate, or `50/s`. */
  readonly rate: string;
  /** Null: the corpus once. Otherwise the corpus again and again, until this time is over. */
  readonly seconds: number | null;
  /** The rate rises step by step until the service no longer follows. */
  readonly untilSaturation: boolean;
}

/** Latencies from the moment at which a request was to be sent to the last byte of its answer; milliseconds. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly maximum: number;
}

/** One second of a stress window. */
export interface StressSecond {
  /** 1, 2, … */
  readonly second: number;
  /** Requests that were to be sent in it. */
  readonly asked: number;
  /** Requests whose answer ended in it, whatever its status. */
  readonly answered: number;
  /** Among the ended: answers of 5xx, broken connections, answers that were not whole in time. */
  readonly failed: number;
  /** Requests that were to be sent by its end and had not ended. */
  readonly waiting: number;
  /** Null without an answer. */
  readonly latency: LatencyFigures | null;
  /** How late the sender itself was: the 99th percentile over the requests that nothing but the sender held up; milliseconds. */
  readonly senderLagMilliseconds: number;
}

/** A part of a stress window with one rate. */
export interface StressStep {
  readonly askedPerSecond: number;
  readonly achievedPerSecond: number;
  readonly seconds: number;
  readonly requests: number;
  readonly latency: LatencyFigures | null;
}

/** What became of the requests of one endpoint: method and path, segments that name a thing as `{id}`. */
export interface StressEndpoint {
  readonly endpoint: string;
  /** Requests that ended. */
  readonly requests: number;
  /** Of these: answers of 5xx, broken connections, answers that were not whole in time. */
  readonly failed: number;
  readonly latency: LatencyFigures | null;
}

/** Where the service no longer followed. */
export interface Saturation {
  readonly second: number;
  readonly askedPerSecond: number;
  readonly achievedPerSecond: number;
  /** `sender`: it was the sender that did not follow, and the service may have more in it. */
  readonly because: 'queue' | 'latency' | 'failures' | 'sender';
  readonly sentence: string;
}

/** What was replayed. */
export interface Recording {
  readonly requests: number;
  /** Time over which it was recorded, without the pauses that were cut; null for a corpus without times. */
  readonly seconds: number | null;
  readonly perSecond: number | null;
  /** Sessions whose order is kept. */
  readonly sessions: number;
  /** Requests that say nothing of their session: sent when their time comes, in no order but that. */
  readonly withoutSession: number;
  /** Pauses that were cut short, mostly the gateway's own between two windows. */
  readonly pausesCut: number;
  /**
   * Requests that do not say when they came: a few of a capture, sent with the one before them; or so many that the corpus counts as one without
   * times. Absent in a window of a Hone that did not count them.
   */
  readonly withoutTime?: number;
}

/** What a stress window came to. */
export interface StressResult {
  readonly recording: Recording;
  readonly askedPerSecond: number;
  readonly achievedPerSecond: number;
  readonly seconds: number;
  /** Requests that were to be sent. */
  readonly requests: number;
  /** Answers by status class, `2xx`; beside them `broken`, `late`, and `unsent`: those that were to be sent when it ended. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly latency: LatencyFigures | null;
  /** What ended it. */
  readonly end: 'corpus-over' | 'time-over' | 'count-over' | 'saturated';
  /** The first that was seen; null: the service followed. */
  readonly saturation: Saturation | null;
  readonly steps: readonly StressStep[];
  readonly perSecond: readonly StressSecond[];
  /** Those with the most requests first. */
  readonly endpoints: readonly StressEndpoint[];
  /** The most requests in flight at once. */
  readonly mostInFlight: number;
}

/** How a stress window stands while it runs. */
export interface StressProgress {
  readonly second: number;
  readonly askedPerSecond: number;
  readonly answeredPerSecond: number;
  readonly requests: number;
  readonly answered: number;
  readonly waiting: number;
  readonly p99: number | null;
}

/** A replay of a cycle's corpus against a build, faster than it was recorded. Never part of a profile. */
export interface StressWindow {
  readonly id: StressId;
  readonly targetId: TargetId;
  /** Whose corpus is replayed. */
  readonly cycleId: CycleId;
  readonly buildId: BuildRecordId;
  readonly workflowId: string;
  readonly host: string;
  readonly order: StressOrder;
  readonly state: StressState;
  readonly progress: StressProgress | null;
  readonly result: StressResult | null;
  /** CPU time and environment of the host; null as long as `result` is. */
  readonly measure: { readonly environment: EnvironmentRecord; readonly cpuNanoseconds: number } | null;
  readonly error: HoneErrorData | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
}
