import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { copyFixture, type FixtureCopy } from '../support/production.ts';

let fixture: FixtureCopy;
let binary: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  fixture = await copyFixture('tiny-service');
  binary = await fixture.build();
});
afterEach(() => {
  for (const child of running) if (child.pid && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  running.clear();
});
afterAll(() => fixture.remove());

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts the service; answers when the port answers, or the process has ended. */
async function start(environment: Record<string, string> = {}, program = binary) {
  const port = await freePort();
  const child = spawn(program, [String(port), join(fixture.directory, 'people.jsonl')], {
    env: environment,
    detached: true,
    stdio: 'ignore',
  });
  running.add(child);
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${url}/healthz`).then(
      () => true,
      () => false,
    );
  for (let tries = 0; tries < 200 && child.exitCode === null && !(await isUp()); tries++) await delay(10);
  return { child, url, exit };
}
const ask = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, init);
  return { status: response.status, body: (await response.json()) as unknown };
};

it('answers work, look-ups and bodies, and ends with 0 on SIGTERM', async () => {
  const { child, url, exit } = await start();
  expect(await ask(`${url}/healthz`)).toEqual({ status: 200, body: { status: 'ok' } });
  expect(await ask(`${url}/work?n=12`)).toEqual(await ask(`${url}/work?n=12`));
  expect((await ask(`${url}/lookup?email=ada.abara%40example.com`)).body).toMatchObject({ email: 'ada.abara@example.com' });
  expect((await ask(`${url}/lookup?email=nobody%40example.com`)).status).toBe(404);
  const echoed = await ask(`${url}/echo`, { method: 'POST', body: '{"a":"b\n"}' });
  expect(echoed).toMatchObject({ status: 200, body: { bytes: 10, body: '{"a":"b\n"}' } });
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

it('fails as the environment asks', async () => {
  expect(await (await start({ TINY_EXIT_AT_START: '1' })).exit).toEqual([3, null]);
  expect((await ask(`${(await start({ TINY_NOT_READY: '1' })).url}/healthz`)).status).toBe(503);
  const crashing = await start({ TINY_CRASH_AFTER: '2' });
  await ask(`${crashing.url}/work?n=1`);
  await ask(`${crashing.url}/work?n=2`);
  await expect(fetch(`${crashing.url}/work?n=3`)).rejects.toThrow();
  expect(await crashing.exit).toEqual([null, 'SIGABRT']);
});

it('ignores SIGTERM when it is to hang', async () => {
  const { child, url, exit } = await start({ TINY_HANG_ON_STOP: '1' });
  child.kill('SIGTERM');
  expect((await ask(`${url}/work?n=1`)).status).toBe(200);
  child.kill('SIGKILL');
  expect(await exit).toEqual([null, 'SIGKILL']);
});

it('forks children that serve too and end with their parent', async () => {
  const { child, url, exit } = await start({ TINY_FORK: '2' });
  const childrenOf = async () => (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim().split(' ');
  const children = await childrenOf();
  expect(children).toHaveLength(2);
  await Promise.all(Array.from({ length: 20 }, (_, n) => ask(`${url}/work?n=${n}`)));
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  for (const pid of children) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
});

it('answers otherwise, works more or does not compile when a flag says so', async () => {
  const answerOf = async (program: string) => {
    const { child, url, exit } = await start({}, program);
    const answer = (await ask(`${url}/work?n=77`)).body;
    child.kill('SIGTERM');
    await exit;
    return answer;
  };
  const usual = await answerOf(binary);
  expect(await answerOf(await fixture.build('-O2 -DTINY_SLOW'))).toEqual(usual);
  expect(await answerOf(await fixture.build('-O2 -DTINY_OTHER_ANSWERS'))).not.toEqual(usual);
  await expect(fixture.build('-O2 -DTINY_BROKEN')).rejects.toThrow('main.c');
  binary = await fixture.build();
});
