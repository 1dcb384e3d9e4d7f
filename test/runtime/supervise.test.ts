import { mkdtemp, readdir, readFile, readlink, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ProcessSettings, supervise } from '../../runtime/supervise.ts';

let folder: string;
let said: string[];
let settings: ProcessSettings;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-supervise-'));
  said = [];
  settings = {
    name: 'gateway',
    script: 'gateway.ts',
    environment: { HONE_DATA: folder },
    logFile: join(folder, 'gateway.log'),
    onRestart: (line) => said.push(line),
  };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Descriptors of this process that lead into the test's folder. */
async function descriptors(): Promise<string[]> {
  const links = await Promise.all((await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return links.filter((link) => link.startsWith(folder));
}

it('keeps no descriptor of a log that it gave to a process', async () => {
  const gateway = await supervise(settings);
  try {
    expect(await descriptors()).toEqual([]);
    await gateway.suspend();
    await gateway.resume();
    expect(await descriptors()).toEqual([]);
  } finally {
    await gateway.stop();
  }
});

it('starts a process again whose log is longer than a string can be, and puts that log aside', async () => {
  const gateway = await supervise(settings);
  try {
    const before = gateway.pid();
    await truncate(settings.logFile, 600 * 2 ** 20);
    process.kill(before, 'SIGKILL');
    await vi.waitUntil(() => gateway.pid() !== before, { timeout: 30_000 });
    expect(said).toEqual(['gateway ended (SIGKILL) and is started again']);
    expect((await stat(`${settings.logFile}.1`)).size).toBe(600 * 2 ** 20);
    expect((await stat(settings.logFile)).size).toBeLessThan(2 ** 20);
  } finally {
    await gateway.stop();
  }
});

it('says why a process did not start by the last lines of its log', async () => {
  await writeFile(settings.logFile, 'a line of last week\n'.repeat(20));
  const starting = supervise({ ...settings, environment: { ...settings.environment, HONE_API_PORT: 'none' } });
  const error = await starting.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'internal', message: 'The gateway process did not become ready: exit code 1.' });
  const { details } = error as { details: readonly string[] };
  expect(details).toHaveLength(10);
  expect(details.at(-1)).toContain('HONE_API_PORT');
  expect((await readFile(settings.logFile, 'utf8')).startsWith('a line of last week')).toBe(true);
});
