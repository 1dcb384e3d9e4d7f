import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** One request of the load. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: Buffer | null;
}

export interface LoadSettings {
  readonly url: string;
  readonly requestsPerSecond: number;
  readonly seconds: number;
  /** Each with keep-alive; the requests take turns. */
  readonly connections: number;
  readonly requestOf: (index: number) => LoadRequest;
  readonly signal: AbortSignal;
}

export interface LoadResult {
  readonly sent: number;
  /** Answers 5xx, and requests without a whole answer. */
  readonly errors: number;
  /** Of every request, milliseconds. */
  readonly times: readonly number[];
}

/**
 * Sends requests at a fixed rate, whatever the answers take: each has its moment. The time of one that finds its connection busy with the
 * last one counts from that moment, so that a wait is not left out of the figures (Tene's "coordinated omission"); of any other, from
 * when it is sent, so that the lateness of this process' timers does not count.
 */
export async function sendLoad(settings: LoadSettings): Promise<LoadResult> {
  const { requestsPerSecond, seconds, connections } = settings;
  const total = Math.floor(requestsPerSecond * seconds);
  const times: number[] = [];
  let errors = 0;
  const start = performance.now() + 5;
  const connection = async (first: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      for (let index = first; index < total; index += connections) {
        const due = start + (index * 1000) / requestsPerSecond;
        const wait = due - performance.now();
        if (wait > 0) await delay(wait, undefined, { signal: settings.signal });
        const from = wait > 0 ? performance.now() : due;
        const isGood = await exchange(agent, settings.url, settings.requestOf(index));
        times.push(performance.now() - from);
        if (!isGood) errors += 1;
      }
    } finally {
      agent.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, first) => connection(first)));
  return { sent: times.length, errors, times };
}

const answerMilliseconds = 30_000;

async function exchange(agent: Agent, url: string, { method, path, body }: LoadRequest): Promise<boolean> {
  const headers = body === null ? {} : { 'content-type': 'application/json', 'content-length': body.length };
  try {
    const asking = request(url + path, { agent, method, headers, timeout: answerMilliseconds });
    asking.on('timeout', () => asking.destroy(new Error('no answer')));
    asking.end(body ?? undefined);
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return (answer.statusCode ?? 500) < 500;
  } catch {
    return false;
  }
}
