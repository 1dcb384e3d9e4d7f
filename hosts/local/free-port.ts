import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

import { HoneError } from '../../domain/errors.ts';

const lowestPort = 15_000;
const attempts = 200;

/** True when nothing listens there. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Gives out loopback ports below the kernel's range for outgoing connections, so that no client's own port takes one away
 * between the choice and the program's bind; a port is not given twice until it is returned.
 */
export function makePortChooser(): { take(): Promise<number>; giveBack(port: number): void } {
  const taken = new Set<number>();
  return {
    async take() {
      const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'latin1').catch(() => '32768');
      const limit = Math.max(Number(range.trim().split(/\s+/)[0]), lowestPort + 1000);
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const port = randomInt(lowestPort, limit);
        if (taken.has(port)) continue;
        taken.add(port);
        if (await isFree(port)) return port;
        taken.delete(port);
      }
      throw new HoneError(
        'host-unfit',
        `No free port between ${lowestPort} and ${limit} on loopback.`,
        'End the programs that listen there.',
      );
    },
    giveBack: (port) => void taken.delete(port),
  };
}
