import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { compile } from './support/compile.ts';
import { makeCpuClock } from '../../hosts/local/cpu-time.ts';
import { makePortChooser } from '../../hosts/local/free-port.ts';
import { listProcesses } from '../../hosts/local/process-table.ts';
import { askStatus } from '../../hosts/local/readiness.ts';

const requestsPerWorker = 10;
const workers = 6;
let folder: string;
let server: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-cpu-'));
  server = await compile(folder, 'server.c', 'server');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The server with workers that say what they used when they end. */
async function startServer(more: readonly string[]) {
  const port = await makePortChooser().take();
  const words = ['--port', String(port), '--work', '10000000', '--worker-limit', String(requestsPerWorker), ...more];
  const child = spawn(server, words, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const group = child.pid as number;
  return {
    port,
    members: async () => (await listProcesses()).filter(({ processGroup }) => processGroup === group).map(({ pid }) => pid),
    used: () => output.match(/(?<=used )\d+/g)?.map(Number) ?? [],
    stop: async () => {
      const gone = once(child, 'exit');
      process.kill(-group, 'SIGKILL');
      await gone;
    },
  };
}

it.each([
  { way: 'waited for', more: [], lowest: 0.9 },
  // Of these nobody knows what they used between the last look and their end.
  { way: 'not waited for', more: ['--unwaited'], lowest: 0.8 },
])('counts workers that end and are followed by others, each once, when they are $way', async ({ more, lowest }) => {
  const { port, members, used, stop } = await startServer(more);
  try {
    await expect.poll(async () => (await members()).length).toBe(2);
    const clock = makeCpuClock(members);
    const before = await clock.read();
    let after = before;
    for (let request = 0; request < workers * requestsPerWorker; request += 1) {
      expect(await askStatus(port, '/')).toBe(200);
      const now = await clock.read();
      expect(now).toBeGreaterThanOrEqual(after);
      after = now;
    }
    await expect.poll(used).toHaveLength(workers);
    const truth = used().reduce((sum, one) => sum + one, 0);
    expect((after - before) / truth).toBeGreaterThan(lowest);
    expect((after - before) / truth).toBeLessThan(1.1);
  } finally {
    await stop();
  }
});
