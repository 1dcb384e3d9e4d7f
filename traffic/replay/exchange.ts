import type { Dispatcher } from 'undici';
import type { CorpusRequest } from '../../domain/model/collection.ts';

export interface Answer {
  readonly status: number;
  readonly bodyBytes: number;
}

/**
 * Sends one request and reads its answer to the end. Rejects when the connection breaks before that, or when `signal` is aborted.
 * @param onData gets each part of the body; without it the body is counted and thrown away
 */
export function exchange(
  dispatcher: Dispatcher,
  request: CorpusRequest,
  onData?: (part: Buffer) => void,
  signal?: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let bodyBytes = 0;
    let stopListening = () => {};
    dispatcher.dispatch(
      {
        method: request.method,
        path: request.path,
        headers: request.headers,
        body: request.body === undefined ? null : Buffer.from(request.body, 'base64'),
      },
      {
        onRequestStart(controller) {
          if (signal === undefined) return;
          const abort = () => controller.abort(signal.reason as Error);
          if (signal.aborted) return abort();
          signal.addEventListener('abort', abort, { once: true });
          stopListening = () => signal.removeEventListener('abort', abort);
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, part) {
          bodyBytes += part.byteLength;
          onData?.(part);
        },
        onResponseEnd() {
          stopListening();
          resolve({ status, bodyBytes });
        },
        onResponseError(_controller, error) {
          stopListening();
          reject(error);
        },
      },
    );
  });
}
