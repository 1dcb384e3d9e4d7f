import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localToken } from '../../runtime/token.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hone-token-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the token is made once, for its owner only, in a folder that may not be there yet', async () => {
  const data = path.join(folder, 'not', 'yet');
  const token = await localToken(data);
  expect(token).toMatch(/^hone_[\w-]{32}$/);
  expect((await stat(path.join(data, 'token'))).mode & 0o777).toBe(0o600);
  expect(await readFile(path.join(data, 'token'), 'utf8')).toBe(`${token}\n`);
  expect(await localToken(data)).toBe(token);
  expect(await localToken(path.join(folder, 'other'))).not.toBe(token);
});

test('a token that its owner put there is kept as it is', async () => {
  const token = await localToken(folder);
  await chmod(path.join(folder, 'token'), 0o400);
  expect(await localToken(folder)).toBe(token);
  expect((await stat(path.join(folder, 'token'))).mode & 0o777).toBe(0o400);
});

test('processes that start at the same time take one token', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => localToken(folder)));
  expect(new Set(tokens).size).toBe(1);
});
