import type { CancelSignal } from './signal.ts';
import type { CorpusRequest } from '../model/collection.ts';

export interface ReplayRequest {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly requests: readonly CorpusRequest[];
  /** Requests in flight, one keep-alive connection each. */
  readonly concurrency: number;
  /** Called once per answer, in the order of completion; `body` is only valid during the call. */
  readonly onAnswer: (index: number, status: number, body: Uint8Array) => void;
}

export interface ReplayResult {
  /** Requests that got a whole answer, whatever its status. */
  readonly completed: number;
  /** Requests whose connection broke before the answer's end, each tried once. */
  readonly failed: number;
  /** Requests that had no whole answer in time, and those not sent because nothing of their kind had one. */
  readonly late: number;
  /** Wall time from the first request sent to the last answer read. */
  readonly seconds: number;
}

/** Sends de-identified requests to an instance, with as little CPU time of its own as it can. */
export interface ReplayPort {
  /** Rejects with the signal's reason when it is aborted; every connection is closed by then. */
  replay(request: ReplayRequest, signal: CancelSignal): Promise<ReplayResult>;
}
