import type { Dispatcher } from 'undici';
import type { CorpusRequest } from '../../domain/model/collection.ts';
import { headersNow } from './as-of-now.ts';

export interface Answer {
  readonly status: number;
  readonly bodyBytes: number;
}

/** Says to the program that a request with side effects is a replay; production's clients do not send it. */
const replayHeader = 'x-hone-replay';
/** RFC 9110, section 9.2.1. */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The answer was not whole in time: an event stream, a long poll, a program that hangs. */
export class LateAnswer extends Error {}

export interface ExchangeOptions {
  /** From the request's first byte to the answer's last. Without it nothing ends an answer that goes on for ever: every user sets it. */
  readonly limitMilliseconds: number;
  /** Gets each part of the body; without it the body is counted and thrown away. */
  readonly onData?: (part: Buffer) => void;
  readonly signal?: AbortSignal;
}

/**
 * Sends one request and reads its answer to the end. Rejects when the connection breaks before that, when `signal` is aborted, and
 * with a {@link LateAnswer} when the time is over.
 */
export function exchange(dispatcher: Dispatcher, request: CorpusRequest, options: ExchangeOptions): Promise<Answer> {
  const { limitMilliseconds, onData, signal } = options;
  return new Promise((resolve, reject) => {
    let status = 0;
    let bodyBytes = 0;
    let stopWatching = () => {};
    const headers = headersNow(request.headers);
    dispatcher.dispatch(
      {
        method: request.method,
        path: request.path,
        headers: safeMethods.has(request.method) ? headers : { ...headers, [replayHeader]: '1' },
        body: request.body === undefined ? null : Buffer.from(request.body, 'base64'),
      },
      {
        onRequestStart(controller) {
          stopWatching = watch(limitMilliseconds, signal, (reason) => controller.abort(reason));
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, part) {
          bodyBytes += part.byteLength;
          onData?.(part);
        },
        onResponseEnd() {
          stopWatching();
          resolve({ status, bodyBytes });
        },
        onResponseError(_controller, error) {
          stopWatching();
          reject(error);
        },
      },
    );
  });
}

/** A timer and a listener rather than joined signals, which cost more than the request. Answers what ends both. */
function watch(limitMilliseconds: number, signal: AbortSignal | undefined, abort: (reason: Error) => void): () => void {
  if (signal?.aborted) {
    abort(signal.reason as Error);
    return () => {};
  }
  const late = () => abort(new LateAnswer(`no whole answer within ${limitMilliseconds / 1000} s`));
  const timer = setTimeout(late, limitMilliseconds);
  const onAbort = () => abort(signal?.reason as Error);
  signal?.addEventListener('abort', onAbort, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
}
