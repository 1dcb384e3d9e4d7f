import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Intake, type ReceivedRequest, startIntake } from '../../traffic/gateway/intake.ts';

let folder: string;
let intake: Intake;
let accepted: ReceivedRequest[];
let refused: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-intake-test-'));
  [accepted, refused] = [[], []];
  const handler = {
    accept: (request: ReceivedRequest) => void accepted.push(request),
    refuse: (reason: string) => void refused.push(reason),
  };
  intake = await startIntake(join(folder, 'intake.sock'), 1000, handler);
});
afterEach(async () => {
  await intake.close();
  await rm(folder, { recursive: true, force: true });
});

/** A client in a process of its own, which says "ready" after its first answer and at the end the longest wait of the others, in milliseconds. */
const client = `
const { request } = require('node:http');
const [socketPath, count] = process.argv.slice(1);
const post = (index) => new Promise((resolve, reject) => {
  const sent = request({ socketPath, path: '/' + index, method: 'POST' }, (answer) => {
    answer.resume();
    answer.on('end', () => resolve(answer.statusCode));
  });
  sent.on('error', reject);
  sent.end('body');
});
(async () => {
  await post(0);
  console.log('ready');
  let longest = 0;
  for (let index = 1; index < Number(count); index += 1) {
    const start = performance.now();
    if ((await post(index)) !== 204) throw new Error('not 204');
    longest = Math.max(longest, performance.now() - start);
  }
  console.log(longest);
})();
`;

/** Asks `count` times while this thread does nothing else for a second; answers the client's longest wait. */
async function askedWhileBusy(count: number): Promise<number> {
  const child = spawn(process.execPath, ['-e', client, intake.socketPath, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const answers = lines[Symbol.asyncIterator]();
  await answers.next();
  const end = performance.now() + 1000;
  while (performance.now() < end);
  const { value } = await answers.next();
  await exited;
  return Number(value);
}

test('answers at once while the rest of the gateway is busy, and hands everything over in order afterwards', async () => {
  expect(await askedWhileBusy(200)).toBeLessThan(500);
  await intake.close();
  expect(refused).toEqual([]);
  expect(accepted.map(({ target }) => target)).toEqual(Array.from({ length: 200 }, (_, index) => `/${index}`));
  expect(Buffer.from(accepted[0]!.body).toString()).toBe('body');
});

test('drops and counts what comes while more than a thousand wait', async () => {
  await askedWhileBusy(3000);
  await intake.close();
  expect(accepted.length + refused.length).toBe(3000);
  expect(accepted.length).toBeGreaterThanOrEqual(1024);
  expect(new Set(refused)).toEqual(refused.length === 0 ? new Set() : new Set(['queue-full']));
});
