import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const askTimeoutMilliseconds = 1000;
const pauseMilliseconds = 10;

/** One GET on loopback; the status, or null when nothing answered. */
export function askStatus(port: number, path: string): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false, timeout: askTimeoutMilliseconds }, (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    request.once('timeout', () => request.destroy(new Error('no answer in time')));
    request.once('error', () => resolve(null));
  });
}

export type Readiness = 'ready' | 'ended' | 'timeout';

/** Asks until the answer's status is below 400, the program has ended or the time is over. */
export async function awaitReady(options: {
  readonly port: number;
  readonly path: string;
  readonly timeoutSeconds: number;
  readonly hasEnded: () => boolean | Promise<boolean>;
  readonly onAsk: () => void;
  readonly signal: AbortSignal;
}): Promise<Readiness> {
  const deadline = performance.now() + options.timeoutSeconds * 1000;
  while (performance.now() < deadline) {
    options.signal.throwIfAborted();
    if (await options.hasEnded()) return 'ended';
    options.onAsk();
    const status = await askStatus(options.port, options.path);
    // The look before and after: another program that took the port must not answer for one that ended.
    if (status !== null && status < 400) return (await options.hasEnded()) ? 'ended' : 'ready';
    await delay(pauseMilliseconds);
  }
  return 'timeout';
}
