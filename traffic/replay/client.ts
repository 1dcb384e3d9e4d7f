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
  const counts = { sent: 0, completed: 0, failed: 0, late: 0 };
  const start = process.hrtime.bigint();
  const elapsed = () => Number(process.hrtime.bigint() - start) / 1e9;
  const supply = makeSupply(request, elapsed);
  /** As many in a row as there are connections without an answer: what is left would be waited for as long, in vain. */
  let lateInARow = 0;
  let busy: ReplayResult['busy'] | null = null;
  const connection = async () => {
    // The limit is on the whole exchange: undici's own are on the pauses within it.
    const client = new Client(`http://127.0.0.1:${request.port}`, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
    try {
      while (!signal.aborted && lateInARow < request.concurrency) {
        const index = supply.next();
        const one = requests[index ?? -1];
        if (index === null || one === undefined) break;
        counts.sent += 1;
        const parts: Buffer[] = [];
        try {
          const { status } = await exchange(client, one, { limitMilliseconds, onData: (part) => parts.push(part), signal });
          counts.completed += 1;
          lateInARow = 0;
          onAnswer(index, status, parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts));
        } catch (error) {
          if (error instanceof LateAnswer) lateInARow += 1;
          counts[error instanceof LateAnswer ? 'late' : 'failed'] += 1;
        }
      }
      busy ??= { completed: counts.completed, seconds: elapsed() };
    } finally {
      await client.destroy();
    }
  };
  await Promise.all(Array.from({ length: Math.min(request.concurrency, requests.length) }, connection));
  signal.throwIfAborted();
  const { sent, completed, failed } = counts;
  const wanted = request.time === undefined ? requests.length : sent;
  const seconds = elapsed();
  return { completed, failed, late: wanted - completed - failed, seconds, busy: busy ?? { completed, seconds } };
}

/** Which request comes next: each once, or round and round while there is time. Null: none. */
function makeSupply({ requests, time }: ReplayRequest, elapsed: () => number): { readonly next: () => number | null } {
  let count = 0;
  return {
    next() {
      const isThrough = count >= requests.length;
      const isOver = time === undefined ? isThrough : elapsed() >= (isThrough ? time.leastSeconds : time.mostSeconds);
      return isOver || requests.length === 0 ? null : count++ % requests.length;
    },
  };
}
