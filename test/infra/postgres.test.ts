import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startPostgres } from '../../infra/postgres/embedded.ts';
import { asPostgresUser } from '../../infra/postgres/user.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hone-postgres-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const fast = { fsync: 'off' };

async function ask(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    return Object.values((await client.query<Record<string, unknown>>(text)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Another process that starts Postgres on the directory and stays. */
async function startElsewhere(
  dataDirectory: string,
): Promise<{ readonly parent: ChildProcess; readonly pid: number; readonly url: string }> {
  const script = `
    import { startPostgres } from ${JSON.stringify(path.resolve('infra/postgres/embedded.ts'))};
    const server = await startPostgres({ dataDirectory: process.argv[1], settings: { fsync: 'off' } });
    console.log(JSON.stringify({ pid: server.pid, url: server.url('postgres') }));
    setInterval(() => {}, 1 << 30);`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script, dataDirectory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  return { parent, ...(JSON.parse(line) as { pid: number; url: string }) };
}

test('runs below a folder that only its owner may enter, keeps its data, asks for the password', async () => {
  const locked = path.join(folder, 'locked');
  await mkdir(locked);
  await chmod(locked, 0o700);
  const dataDirectory = path.join(locked, 'data');
  const first = await startPostgres({ dataDirectory, settings: fast });
  await ask(first.url('postgres'), 'CREATE TABLE kept AS SELECT 42 AS answer');
  const wrong = new URL(first.url('postgres'));
  wrong.password = 'wrong';
  await expect(ask(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  await first.stop();
  await first.stop();
  const second = await startPostgres({ dataDirectory, settings: fast });
  expect(await ask(second.url('postgres'), 'SELECT answer FROM kept')).toBe(42);
  expect((await stat(`${dataDirectory}.password`)).mode & 0o777).toBe(0o600);
  expect(await readFile(`/proc/${second.pid}/status`, 'utf8')).not.toMatch(/^Uid:\t0\t/m);
  await second.stop();
  expect(alive(second.pid)).toBe(false);
});

test('runs programs that lie below a folder that only its owner may enter, and that look for each other there', async () => {
  const program = path.join(folder, 'program');
  await copyFile('/bin/true', program);
  await chmod(folder, 0o700);
  const { command, args } = asPostgresUser('/usr/bin/test', ['-x', program]);
  expect(await once(spawn(command, [...args]), 'exit')).toEqual([0, null]);
});

test('ends with its parent, however that ends', async () => {
  const { parent, pid } = await startElsewhere(path.join(folder, 'data'));
  expect(alive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => alive(pid), { timeout: 15_000 }).toBe(false);
});

test('a start sweeps the server that another process left on the directory', async () => {
  const dataDirectory = path.join(folder, 'data');
  const left = await startElsewhere(dataDirectory);
  try {
    const server = await startPostgres({ dataDirectory, settings: fast });
    expect(alive(left.pid)).toBe(false);
    expect(await ask(server.url('postgres'), 'SELECT 1')).toBe(1);
    await server.stop();
  } finally {
    left.parent.kill('SIGKILL');
  }
});

test('a port in use is said to be', async () => {
  const first = await startPostgres({ dataDirectory: path.join(folder, 'a'), settings: fast });
  const second = startPostgres({ dataDirectory: path.join(folder, 'b'), port: first.port, settings: fast });
  await expect(second).rejects.toMatchObject({ code: 'store-unavailable', advice: expect.stringContaining(String(first.port)) });
  await first.stop();
});

test.each([
  // Ends when the shell is no shell any more: a shell may wait for its children between two commands.
  ['a zombie that nobody has waited for', 'sleep 0.2 & echo $!; exec sleep 60', 'Z'],
  ['another process that was given its id since', 'sleep 60 & echo $!; wait', 'S'],
])('a start takes away the lock of a killed server whose id belongs to %s', async (_, script, state) => {
  const dataDirectory = path.join(folder, 'data');
  const server = await startPostgres({ dataDirectory, settings: fast });
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  const { command, args } = asPostgresUser('/bin/sh', ['-c', script]);
  const other = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  try {
    const [pid] = (await once(createInterface({ input: other.stdout }), 'line')) as [string];
    while (!(await readFile(`/proc/${pid}/stat`, 'utf8')).includes(`) ${state} `)) await delay(10);
    const lockFile = path.join(dataDirectory, 'postmaster.pid');
    await writeFile(lockFile, (await readFile(lockFile, 'utf8')).replace(/^\d+/, pid));
    const next = await startPostgres({ dataDirectory, settings: fast });
    expect(await ask(next.url('postgres'), 'SELECT 1')).toBe(1);
    expect(alive(Number(pid))).toBe(true);
    await next.stop();
  } finally {
    process.kill(-other.pid!, 'SIGKILL');
  }
});
