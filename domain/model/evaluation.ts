import type { BuildRecordId, CycleId, EvaluationId, ProfileVersionId } from '../ids.ts';
import type { SpeedComparison } from './speed.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** One leg of a pair: one build on the held-out requests. */
export interface LegMeasure {
  readonly cpuNanoseconds: number;
  readonly requests: number;
  readonly core: number;
  /** Nanoseconds of CPU time by endpoint (`GET /search`), where the legs run endpoint by endpoint; empty otherwise. */
  readonly endpointCpuNanoseconds: Readonly<Record<string, { readonly cpuNanoseconds: number; readonly requests: number }>>;
  readonly maximumResidentBytes: number;
}

/** One simultaneous run of both builds. */
export interface EvaluationPair {
  readonly index: number;
  /** The fair coin: true when the candidate took the first role (core, port, launch order, place in the driver). */
  readonly candidateFirst: boolean;
  readonly baseline: LegMeasure;
  readonly candidate: LegMeasure;
  /** ln(baseline cost / candidate cost), cost being CPU time per request: above 0 the candidate is cheaper. */
  readonly logRatio: number;
  readonly startedAt: string;
}

/** A ratio of costs, baseline over candidate: 1.2 means the baseline needs 1.2 times the candidate's CPU time. */
export interface RatioInterval {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export interface EndpointFigure {
  readonly endpoint: string;
  readonly ratio: number;
  /** Null, as `high` is, while the pairs do not bound it. */
  readonly low: number | null;
  readonly high: number | null;
  readonly requests: number;
  readonly pairs: number;
}

export interface AnswerComparison {
  readonly compared: number;
  readonly different: number;
  /** At most ten, for people: the request's shape and what differed. */
  readonly examples: readonly string[];
}

/**
 * A paired, interleaved measurement of a candidate against a baseline. It runs while `endedAt` is null, and ends with a verdict, or
 * without one when its cycle ends before: broken off, with its pairs, but with neither interval nor answers.
 */
export interface Evaluation {
  readonly id: EvaluationId;
  readonly cycleId: CycleId;
  readonly profileVersionId: ProfileVersionId;
  readonly baselineBuildId: BuildRecordId;
  readonly candidateBuildId: BuildRecordId;
  readonly verdict: Verdict | null;
  /** One sentence: why this verdict, or that it was broken off; null while it runs. */
  readonly sentence: string | null;
  readonly interval: RatioInterval | null;
  readonly pairs: number;
  readonly endpoints: readonly EndpointFigure[];
  readonly answers: AnswerComparison | null;
  /** Null when no such runs were made: the manifest leaves them out, a build failed, or the answers differed. */
  readonly speed: SpeedComparison | null;
  readonly alpha: number;
  readonly minimumGain: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
}
