import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { SessionPhase } from '../../domain/ports/gateway.ts';
import type { IncomingRequest } from '../deidentify/stage.ts';

export interface ReceivedRequest extends IncomingRequest {
  /** nginx's id of the request; never leaves the gateway. */
  readonly requestId: string | null;
  /** What a request of a capture is for: in another phase it is let go. */
  readonly only?: SessionPhase;
}

export interface Intake {
  readonly socketPath: string;
  close(): Promise<void>;
}

export interface IntakeHandler {
  accept(request: ReceivedRequest): void;
  /** A request that was not read to its end: too large, or broken off; or whose body is not in its log line. */
  refuse(reason: 'body-too-large' | 'broken-off' | 'body-not-logged', requestId: string | null): void;
}

/** Takes mirrored requests on a unix socket and answers 204 at once, whatever they are. */
export async function startIntake(socketPath: string, maximumBodyBytes: number, handler: IntakeHandler): Promise<Intake> {
  const server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 32_768 }, (incoming, answer) => {
    answer.writeHead(204).end();
    receive(incoming, maximumBodyBytes, handler);
  });
  server.on('clientError', (_error, socket) => void socket.destroy());
  server.listen(socketPath);
  await once(server, 'listening');
  // For nginx's workers, who run as another user.
  await chmod(socketPath, 0o666);
  return {
    socketPath,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function receive(incoming: IncomingMessage, maximumBodyBytes: number, handler: IntakeHandler): void {
  const parts: Buffer[] = [];
  let size = 0;
  let over = false;
  const finish = (reason: 'body-too-large' | 'broken-off' | null) => {
    if (over) return;
    over = true;
    if (reason === null) handler.accept(received(incoming, Buffer.concat(parts)));
    else handler.refuse(reason, requestIdOf(incoming));
  };
  incoming.on('data', (part: Buffer) => {
    size += part.length;
    if (size > maximumBodyBytes) finish('body-too-large');
    else if (!over) parts.push(part);
  });
  incoming.on('end', () => finish(null));
  incoming.on('close', () => finish('broken-off'));
  incoming.on('error', () => finish('broken-off'));
}

function received(incoming: IncomingMessage, body: Buffer): ReceivedRequest {
  const headers: [string, string][] = [];
  const raw = incoming.rawHeaders;
  for (let index = 0; index + 1 < raw.length; index += 2) headers.push([(raw[index] ?? '').toLowerCase(), raw[index + 1] ?? '']);
  return { method: incoming.method ?? 'GET', target: incoming.url ?? '/', headers, body, requestId: requestIdOf(incoming) };
}

/** nginx writes its own over a client's header of this name. */
function requestIdOf({ headers }: IncomingMessage): string | null {
  const id = headers['x-hone-request-id'];
  return typeof id === 'string' ? id : null;
}
