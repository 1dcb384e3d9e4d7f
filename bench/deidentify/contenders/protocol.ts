import type { Output } from '../judge.ts';

/** One line of the file that every contender reads: a request of the corpus. */
export interface CorpusLine {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Base64. */
  readonly body: string;
}

/** One line to a contender: work on these requests of the file. */
export interface Turn {
  readonly from: number;
  readonly to: number;
  /** True to get the requests back. */
  readonly outputs: boolean;
}

/** Its answer. CPU time is the process's own, with its collector's. */
export interface TurnReport {
  readonly requests: number;
  readonly cpuNanoseconds: number;
  /** A string says why the request was dropped. */
  readonly outputs?: readonly (Output | string)[];
  /** Wall time of each request, nanoseconds; only Hone measures it. */
  readonly nanoseconds?: readonly number[];
  /** Per stage requests and wall microseconds since the start; only Hone has stages. */
  readonly stages?: Readonly<Record<string, { readonly requests: number; readonly microseconds: number }>>;
}
