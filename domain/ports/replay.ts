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
  /** The requests again and again until so long after the first, and none sent after the most; without it each once, however long that takes. */
  readonly time?: { readonly leastSeconds: number; readonly mostSeconds: number };
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
  /** While every connection had a request to send: without the end, where the last answers are waited for. */
  readonly busy: { readonly completed: number; readonly seconds: number };
}

/** A request and when it is to be sent. */
export interface Arrival {
  /** Milliseconds since the replay began; never less than that of the arrival before. */
  readonly at: number;
  readonly request: CorpusRequest;
  /** Requests of one session are sent one after the other, each when the one before has ended; null: whenever its time has come. */
  readonly session: string | null;
}

/** How a request ended. */
export interface Ending {
  readonly request: CorpusRequest;
  /** Of a whole answer; `broken`: the connection ended before; `late`: not whole in time. */
  readonly status: number | 'broken' | 'late';
  /** From the moment at which it was to be sent, whatever held it up, to its end; milliseconds. */
  readonly latency: number;
  /** How late it was sent; null when its session or the limit of those in flight held it up, and not the sender. */
  readonly senderLag: number | null;
}

export interface OpenReplayRequest {
  /** On 127.0.0.1. */
  readonly port: number;
  /** The next request, or null when there are no more. Asked for one at a time, when the one before has come due. */
  readonly next: () => Arrival | null;
  /** Requests in flight at most, a connection each; what comes due beyond waits, and its latency counts on. */
  readonly mostInFlight: number;
  /** Called when a request has come due. */
  readonly onDue: () => void;
  readonly onEnd: (ending: Ending) => void;
}

export interface OpenReplayResult {
  /** Requests that had come due and were not sent when it was stopped. */
  readonly unsent: number;
  readonly mostInFlight: number;
}

/** Sends de-identified requests to an instance, with as little CPU time of its own as it can. */
export interface ReplayPort {
  /**
   * An open loop: requests are sent when their time has come, whatever became of those before. Ends when all have ended, or, once `stop` is
   * aborted, when those in flight have. Rejects with the reason of `signal` when that is aborted; every connection is closed by then.
   */
  replayOpen(request: OpenReplayRequest, stop: CancelSignal, signal: CancelSignal): Promise<OpenReplayResult>;
  /** Rejects with the signal's reason when it is aborted; every connection is closed by then. */
  replay(request: ReplayRequest, signal: CancelSignal): Promise<ReplayResult>;
}
