import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePorts } from '../../infra/free-port.ts';

test('ports are distinct, free, and outside the range of which clients get theirs', async () => {
  const ports = await freePorts(20);
  const [firstOfClients = 0] = (await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')).split(/\s+/).map(Number);
  expect(new Set(ports).size).toBe(20);
  expect(Math.max(...ports)).toBeLessThan(Math.max(firstOfClients, 16_000));
  for (const port of ports) {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    await new Promise((resolve) => server.close(resolve));
  }
});
