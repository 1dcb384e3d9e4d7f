import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { HoneError } from '../../domain/errors.ts';
import type { AnswerSize } from './comparison.ts';

export interface AnswerListener {
  readonly port: number;
  close(): Promise<void>;
}

/** An answer of production's, as nginx saw it. */
export interface ProductionAnswer extends AnswerSize {
  /** From the request's first byte to the end of its answer and of its copy, milliseconds. */
  readonly milliseconds: number;
}

/**
 * Takes production's answers from nginx: one syslog line by UDP on loopback each, with the request in it when the mirror is a log. What
 * the kernel drops is never compared, and hurts nobody.
 */
export async function listenForAnswers(onAnswer: (id: string, answer: ProductionAnswer, line: string) => void): Promise<AnswerListener> {
  const socket = await bindToAny();
  socket.on('message', (message) => {
    const line = message.toString('latin1');
    const parsed = parseAnswer(line);
    if (parsed !== null) onAnswer(parsed.id, parsed, line);
  });
  socket.on('error', () => undefined);
  return {
    port: socket.address().port,
    close: () => new Promise((resolve) => void socket.close(() => resolve())),
  };
}

/** Below the ports that Linux gives to clients: while no gateway listens, no process gets this one by chance. */
const ports = { lowest: 15_000, limit: 32_768 };
const attempts = 200;

async function bindToAny(): Promise<Socket> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const socket = await tryBind(randomInt(ports.lowest, ports.limit));
    if (socket !== null) return socket;
  }
  throw new HoneError(
    'conflict',
    `No free UDP port between ${ports.lowest} and ${ports.limit} on loopback.`,
    'End the programs that listen there.',
  );
}

/** Null when the port is taken. */
function tryBind(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
    const refuse = () => socket.close(() => resolve(null));
    socket.once('error', refuse);
    socket.bind(port, '127.0.0.1', () => {
      socket.off('error', refuse);
      resolve(socket);
    });
  });
}

/** Reads the JSON at the end of a syslog line; the size is the upstream's where there was one, since nginx may compress what it sends. */
function parseAnswer(line: string): (ProductionAnswer & { readonly id: string }) | null {
  const found = /\{"id":"([0-9a-f]{1,64})","status":(\d{3}),"sent":(\d+),"upstream":"([\d, :-]*)","seconds":([\d.]+)[,}]/.exec(line);
  if (found === null) return null;
  const upstream = /(\d+)\s*$/.exec(found[4] ?? '')?.[1];
  return { id: found[1] ?? '', status: Number(found[2]), bodyBytes: Number(upstream ?? found[3]), milliseconds: Number(found[5]) * 1000 };
}
