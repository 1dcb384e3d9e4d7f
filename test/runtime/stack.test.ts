import { access, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../runtime/config.ts';
import { startStack } from '../../runtime/stack.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-stack-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Processes that work in the test's folder, as Postgres does in its data folder. */
async function processesInFolder(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.filter((_, index) => folders[index]!.startsWith(folder));
}

it('leaves no Postgres behind when Temporal does not start, and keeps the log of both', async () => {
  const missing = join(folder, 'temporal-that-is-not-there');
  await writeFile(join(folder, 'setup.json'), JSON.stringify({ temporalPath: missing }));
  const said: string[] = [];
  const starting = startStack(readConfig({ HONE_DATA: folder }), (line) => said.push(line));
  await expect(starting).rejects.toMatchObject({ code: 'engine-unavailable' });
  expect(said).toEqual(['starting Postgres', 'starting Temporal']);
  await access(join(folder, 'postgres', 'PG_VERSION')); // it had been started
  expect(await processesInFolder()).toEqual([]);
  expect(await readFile(join(folder, 'logs', 'postgres.log'), 'utf8')).toMatch(
    /database system is ready to accept connections[^]*database system is shut down/,
  );
  expect(await readFile(join(folder, 'logs', 'temporal.log'), 'utf8')).toContain(missing);
});
