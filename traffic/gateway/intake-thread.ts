import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromIntakeThread, IntakeThreadData, RefusedRequest, ToIntakeThread } from './intake-messages.ts';
import type { ReceivedRequest } from './intake.ts';

/**
 * The intake's thread: takes mirrored requests on a unix socket, answers 204 at once, whatever they are, and hands them over. It
 * does nothing else, so that no other work of the gateway makes nginx wait: one answer later than 10 ms, and nginx sends nothing for
 * two seconds. Started by startIntake.
 */
const { socketPath, maximumBodyBytes } = workerData as IntakeThreadData;
const port = parentPort!;
/** Handed over and not yet taken: a gateway that cannot follow must not fill the memory. */
const maximumUntaken = 1024;

/** The first answers of a server that has not run yet take tens of milliseconds: these are its own. */
const warmUpRequests = 300;

/** Nobody else can know it: what comes from others meanwhile is taken. */
const warmUpId = randomUUID();

let untaken = 0;
let outbox: (ReceivedRequest | RefusedRequest)[] = [];

function handOver(arrived: ReceivedRequest | RefusedRequest): void {
  if (arrived.requestId === warmUpId) return;
  if (outbox.length === 0) setImmediate(flush);
  const hasRoom = 'refused' in arrived || untaken < maximumUntaken;
  outbox.push(hasRoom ? arrived : { refused: 'queue-full', requestId: arrived.requestId });
  untaken += 1;
}

function flush(): void {
  if (outbox.length === 0) return;
  port.postMessage(outbox satisfies FromIntakeThread);
  outbox = [];
}

const server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 32_768 }, (incoming, answer) => {
  answer.writeHead(204).end();
  receive(incoming);
});
server.on('clientError', (_error, socket) => void socket.destroy());
port.on('message', (message: ToIntakeThread) => {
  if (message === 'close') void close();
  else untaken -= message;
});
server.listen(socketPath);
await once(server, 'listening');
await warmUp();
// For nginx's workers, who run as another user.
await chmod(socketPath, 0o666);
port.postMessage('listening' satisfies FromIntakeThread);

/** Before nginx may send anything: asks itself, one request after the other on one connection, as nginx does. */
async function warmUp(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { 'content-type': 'application/json', 'x-hone-request-id': warmUpId };
  for (let count = 0; count < warmUpRequests; count += 1) {
    const asked = request({ socketPath, agent, method: 'POST', path: `/warm-up?${count}`, headers }).end('{}');
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
  }
  agent.destroy();
}

async function close(): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
  // What broke off just now is handed over as such.
  setImmediate(() => {
    flush();
    port.close();
  });
}

function receive(incoming: IncomingMessage): void {
  const parts: Buffer[] = [];
  let size = 0;
  let over = false;
  const finish = (refused: RefusedRequest['refused'] | null) => {
    if (over) return;
    over = true;
    handOver(refused === null ? received(incoming, Buffer.concat(parts)) : { refused, requestId: requestIdOf(incoming) });
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
  const { method = 'GET', url: target = '/' } = incoming;
  return { method, target, headers, body, requestId: requestIdOf(incoming), arrivedAt: Date.now() };
}

/** nginx writes its own over a client's header of this name. */
function requestIdOf({ headers }: IncomingMessage): string | null {
  const id = headers['x-hone-request-id'];
  return typeof id === 'string' ? id : null;
}
