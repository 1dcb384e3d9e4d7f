import { Client } from 'undici';
import type { ReplayPort, ReplayRequest, ReplayResult } from '../../domain/ports/replay.ts';
import { exchange } from './exchange.ts';

const answerMilliseconds = 30_000;

/** A closed loop over keep-alive connections: each sends its next request when it has read the last answer. */
export function makeReplayClient(): ReplayPort {
  return { replay };
}

async function replay(request: ReplayRequest, signal: AbortSignal): Promise<ReplayResult> {
  signal.throwIfAborted();
  const { requests, onAnswer } = request;
  let next = 0;
  let completed = 0;
  let failed = 0;
  const start = process.hrtime.bigint();
  const connection = async () => {
    const client = new Client(`http://127.0.0.1:${request.port}`, {
      pipelining: 1,
      headersTimeout: answerMilliseconds,
      bodyTimeout: answerMilliseconds,
    });
    try {
      for (let index = next++; index < requests.length && !signal.aborted; index = next++) {
        const one = requests[index];
        if (one === undefined) break;
        const parts: Buffer[] = [];
        try {
          const { status } = await exchange(client, one, (part) => parts.push(part), signal);
          completed += 1;
          onAnswer(index, status, parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts));
        } catch {
          failed += 1;
        }
      }
    } finally {
      await client.destroy();
    }
  };
  await Promise.all(Array.from({ length: Math.min(request.concurrency, requests.length) }, connection));
  signal.throwIfAborted();
  return { completed, failed, seconds: Number(process.hrtime.bigint() - start) / 1e9 };
}
