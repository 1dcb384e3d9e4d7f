import type { LatencyFigures } from './stress.ts';

/** How fast one build is by itself: nothing else of Hone runs on the host but the driver. */
export interface BuildSpeed {
  /** Whole answers (of a command: runs that ended) a second, each connection asking again as soon as it has its answer. */
  readonly perSecond: number;
  /** What `perSecond` was counted over. */
  readonly requests: number;
  /** Of the core that the build has, the share of the time that it used meanwhile. Well below 1 something else was the limit: the driver, a disk, the machine's other work. */
  readonly busyShare: number;
  /** Answers of 5xx in both parts; they count as answers. */
  readonly serverErrors: number;
  /** Of so many answers (or runs). */
  readonly latencyRequests: number;
  /** At `askedPerSecond`, each request counted from when it was to be sent; of a command, each run's wall time. Null when nothing was answered. */
  readonly latency: LatencyFigures | null;
  /** Requests of both parts without a whole answer: the connection broke, or the time was over. */
  readonly lost: number;
  /** How late the driver itself was, the 99th percentile, milliseconds: it is in the latencies. Null for a command. */
  readonly senderLagMilliseconds: number | null;
}

/**
 * Throughput and latency of the two builds of an evaluation, from runs of their own: one build at a time, on the same core and the same
 * held-out requests. Figures for people; no verdict rests on them, and they have no interval.
 */
export interface SpeedComparison {
  /** The fair coin: which build had the first and the last turn. */
  readonly candidateFirst: boolean;
  /** The logical core that both had. */
  readonly core: number;
  /** Requests in flight in the closed loop. */
  readonly concurrency: number;
  /** The rate at which latencies were taken: half of what was seen of the slower build. Null for a command. */
  readonly askedPerSecond: number | null;
  readonly baseline: BuildSpeed;
  readonly candidate: BuildSpeed;
}
