import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { HoneError } from '../domain/errors.ts';

const lowestPort = 15_000;
const attempts = 200;

/**
 * Loopback ports that nobody listens on now, distinct among themselves, below the kernel's range for outgoing connections: no
 * client's own port takes one away between the choice and the server's bind. Throws `conflict` when there are none.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'latin1').catch(() => '32768');
  const limit = Math.max(Number(range.trim().split(/\s+/)[0]), lowestPort + 1000);
  const held: { readonly port: number; readonly server: Server }[] = [];
  try {
    for (let attempt = 0; held.length < count && attempt < attempts; attempt += 1) {
      const port = randomInt(lowestPort, limit);
      const server = await tryListen(port);
      if (server !== null) held.push({ port, server });
    }
  } finally {
    for (const { server } of held) server.close();
    await Promise.all(held.map(({ server }) => once(server, 'close')));
  }
  if (held.length === count) return held.map(({ port }) => port);
  throw new HoneError('conflict', `No free port between ${lowestPort} and ${limit} on loopback.`, 'End the programs that listen there.');
}

/** Null when the port is taken. */
function tryListen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
