import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AnswerSize } from './comparison.ts';

export interface AnswerListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Takes production's answers from nginx: one syslog line by UDP on loopback each; what the kernel drops is never compared, and hurts nobody. */
export async function listenForAnswers(onAnswer: (id: string, answer: AnswerSize) => void): Promise<AnswerListener> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  socket.on('message', (message) => {
    const parsed = parseAnswer(message.toString('latin1'));
    if (parsed !== null) onAnswer(parsed.id, parsed);
  });
  socket.on('error', () => undefined);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => void socket.close(() => resolve())),
  };
}

/** Reads the JSON at the end of a syslog line; the size is the upstream's where there was one, since nginx may compress what it sends. */
function parseAnswer(line: string): (AnswerSize & { readonly id: string }) | null {
  const found = /\{"id":"([0-9a-f]{1,64})","status":(\d{3}),"sent":(\d+),"upstream":"([\d, :-]*)"\}/.exec(line);
  if (found === null) return null;
  const upstream = /(\d+)\s*$/.exec(found[4] ?? '')?.[1];
  return { id: found[1] ?? '', status: Number(found[2]), bodyBytes: Number(upstream ?? found[3]) };
}
