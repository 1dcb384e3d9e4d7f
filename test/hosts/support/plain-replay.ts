import { Agent, request as open } from 'node:http';

import type { ReplayPort } from '../../../domain/ports/replay.ts';
import type { CorpusRequest } from '../../../domain/model/collection.ts';

function send(agent: Agent, port: number, request: CorpusRequest, signal: AbortSignal): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const { method, path, headers } = request;
    const outgoing = open({ agent, host: '127.0.0.1', port, method, path, headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    outgoing.once('error', reject);
    outgoing.end(request.body === undefined ? undefined : Buffer.from(request.body, 'base64'));
  });
}

/** The replay port over Node's own client: correct, and independent of the one under traffic/. */
export function makePlainReplay(): ReplayPort {
  return {
    async replay({ port, requests, concurrency, onAnswer }, signal) {
      const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
      const begin = performance.now();
      let [next, completed, failed] = [0, 0, 0];
      const worker = async (): Promise<void> => {
        for (let index = next++; index < requests.length; index = next++) {
          try {
            const { status, body } = await send(agent, port, requests[index] as CorpusRequest, signal);
            completed += 1;
            onAnswer(index, status, body);
          } catch {
            signal.throwIfAborted();
            failed += 1;
          }
        }
      };
      try {
        await Promise.all(Array.from({ length: concurrency }, worker));
      } finally {
        agent.destroy();
      }
      return { completed, failed, seconds: (performance.now() - begin) / 1000 };
    },
  };
}
