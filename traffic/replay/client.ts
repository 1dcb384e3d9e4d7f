import { Client } from 'undici';
import type { ReplayPort, ReplayRequest, ReplayResult } from '../../domain/ports/replay.ts';
import { exchange, LateAnswer } from './exchange.ts';
import { replayOpen } from './open-loop.ts';

/** For a whole answer: twice what a busy instance under instrumentation is given, since here slowness is compared, not avoided. */
const defaultAnswerMilliseconds = 30_000;

/** Nobody waits longer for a service under stress; and it bounds how long a stopped replay goes on. */
const defaultOpenMilliseconds = 10_000;

/** A closed loop over keep-alive connections: each sends its next request when it has read the last answer. */
export function makeReplayClient({
  answerMilliseconds = defaultAnswerMilliseconds,
  openAnswerMilliseconds = defaultOpenMilliseconds,
} = {}): ReplayPort {
  return {
    replay: (request, signal) => replay(request, answerMilliseconds, signal),
    replayOpen: (request, stop, signal) => replayOpen(request, openAnswerMilliseconds, stop, signal),
  };
}

async function replay(request: ReplayRequest, limitMilliseconds: number, signal: AbortSignal): Promise<ReplayResult> {
  signal.throwIfAborted();
  const { requests, onAnswer } = request;
  const counts = { completed: 0, failed: 0, late: 0 };
  let next = 0;
  /** As many in a row as there are connections, and never an answer: what is left would be waited for as long, in vain. */
  const isGivenUp = () => counts.completed === 0 && counts.late >= request.concurrency;
  const start = process.hrtime.bigint();
  const connection = async () => {
    // The limit is on the whole exchange: undici's own are on the pauses within it.
    const client = new Client(`http://127.0.0.1:${request.port}`, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
    try {
      for (let index = next++; index < requests.length && !signal.aborted && !isGivenUp(); index = next++) {
        const one = requests[index];
        if (one === undefined) break;
        const parts: Buffer[] = [];
        try {
          const { status } = await exchange(client, one, { limitMilliseconds, onData: (part) => parts.push(part), signal });
          counts.completed += 1;
          onAnswer(index, status, parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts));
        } catch (error) {
          counts[error instanceof LateAnswer ? 'late' : 'failed'] += 1;
        }
      }
    } finally {
      await client.destroy();
    }
  };
  await Promise.all(Array.from({ length: Math.min(request.concurrency, requests.length) }, connection));
  signal.throwIfAborted();
  const { completed, failed } = counts;
  return { completed, failed, late: requests.length - completed - failed, seconds: Number(process.hrtime.bigint() - start) / 1e9 };
}
