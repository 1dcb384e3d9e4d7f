import { EventEmitter, once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { keepUp, type EmbeddedServer } from '../../runtime/keep-up.ts';
import { makeRestartPace } from '../../runtime/restart-pace.ts';

test('ten restarts come at once, further ones every half minute, and a minute of life forgives them', () => {
  let now = 0;
  const pace = makeRestartPace(() => now);
  const quick = { milliseconds: 500, change: 'quick' };
  pace.started();
  for (let count = 0; count < 10; count += 1) expect(pace.next()).toEqual(quick);
  expect(pace.next()).toEqual({ milliseconds: 30_000, change: 'slower' });
  expect(pace.next()).toEqual({ milliseconds: 30_000, change: 'slow' });
  pace.started();
  now += 59_999;
  expect(pace.next()).toEqual({ milliseconds: 30_000, change: 'slow' });
  pace.started();
  now += 60_000;
  expect(pace.next()).toEqual(quick);
});

/** A server that ends when it is told to; the next starts fail as often as said. */
function fakeServers(failures: number) {
  const ends = new EventEmitter();
  let pid = 0;
  let left = failures;
  const start = (): EmbeddedServer => {
    pid += 1;
    const ended = once(ends, `end-${pid}`).then(([how]) => String(how));
    return { pid, ended, stop: () => Promise.resolve() };
  };
  const startAgain = () => {
    left -= 1;
    return left >= 0 ? Promise.reject(new Error('no space left')) : Promise.resolve(start());
  };
  return { start, startAgain, end: (how: string) => ends.emit(`end-${pid}`, how) };
}

test('a server that cannot start for a while is tried until it does, and that is said once', async () => {
  const servers = fakeServers(15);
  const said: string[] = [];
  const pace = makeRestartPace();
  const kept = keepUp({
    name: 'gateway',
    first: servers.start(),
    startAgain: servers.startAgain,
    say: (line) => said.push(line),
    logFile: 'gateway.log',
    pace: { ...pace, next: () => ({ ...pace.next(), milliseconds: 1 }) },
  });
  servers.end('exit code 1');
  await vi.waitUntil(() => kept.pid() === 2);
  expect(said).toEqual([
    'gateway ended (exit code 1) and is started again',
    ...Array.from({ length: 9 }, () => 'gateway did not start (no space left) and is started again'),
    'gateway did not start (no space left), too often: it is tried again every 0.001 s; its log says why: gateway.log',
  ]);
  await kept.stop();
});

test('one that waits to be tried again does not hold up the end of the stack', async () => {
  const servers = fakeServers(100);
  const said: string[] = [];
  const kept = keepUp({
    name: 'worker',
    first: servers.start(),
    startAgain: servers.startAgain,
    say: (line) => said.push(line),
    logFile: 'worker.log',
    pace: { started: () => undefined, next: () => ({ milliseconds: 3_600_000, change: 'slower' }) },
  });
  servers.end('SIGKILL');
  await vi.waitUntil(() => said.length === 1);
  await kept.stop();
});
