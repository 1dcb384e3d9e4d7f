import { lstat, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { asId, type SessionId } from '../../domain/ids.ts';
import { claimIntakeSocket, removeIntakeSocket } from '../../traffic/gateway/intake-socket.ts';
import { sessionPaths, type SessionPaths } from '../../traffic/gateway/session-files.ts';
import { makeGenerations, removeSockets, takeGeneration } from '../../traffic/mirror/nginx-generations.ts';

let folder: string;
let temporary: string;
let paths: SessionPaths;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-sockets-'));
  temporary = join(folder, 'tmp');
  paths = sessionPaths(folder, asId<SessionId>('a session'));
  await mkdir(paths.directory, { recursive: true });
  vi.stubEnv('TMPDIR', temporary); // not there yet: what is to be made in it cannot be
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const modeOf = async (path: string) => (await lstat(path)).mode & 0o777;

test('a session knows its intake socket before the folder is made, and the next gateway goes on with what is there', async () => {
  await expect(claimIntakeSocket(paths)).rejects.toMatchObject({ code: 'ENOENT' });
  const named = await readFile(paths.intakeSocket, 'utf8');
  expect(dirname(dirname(named))).toBe(temporary);
  // As a gateway leaves it that is killed right after it has made the folder.
  await mkdir(dirname(named), { recursive: true, mode: 0o700 });
  expect(await claimIntakeSocket(paths)).toBe(named);
  expect(await modeOf(dirname(named))).toBe(0o711);
  await removeIntakeSocket(paths);
  expect(await readdir(temporary)).toEqual([]);
  // And one that was killed before: another name, and nothing beside it.
  const anew = await claimIntakeSocket(paths);
  expect(anew).not.toBe(named);
  expect(await modeOf(dirname(anew))).toBe(0o711);
  await removeIntakeSocket(paths);
  expect(await readdir(temporary)).toEqual([]);
});

test('a generation of the mirror is recorded before its folder is made', async () => {
  const generations = makeGenerations(join(folder, 'mirror.json'));
  await expect(takeGeneration(generations, [])).rejects.toMatchObject({ code: 'ENOENT' });
  const [first, ...others] = await generations.read();
  expect(others).toEqual([]);
  expect(dirname(dirname(first!.backupSocket))).toBe(temporary);
  await mkdir(temporary);
  const second = await takeGeneration(generations, [first!]);
  expect(await generations.read()).toEqual([first, second]);
  expect(await modeOf(dirname(second.backupSocket))).toBe(0o755);
  await removeSockets(await generations.read());
  expect(await readdir(temporary)).toEqual([]);
});
