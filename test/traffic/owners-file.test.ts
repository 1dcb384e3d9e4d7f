import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOwnersFile } from '../../traffic/gateway/owners-file.ts';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hone-owners-'))));
afterEach(() => rm(folder, { recursive: true }));

test('what is claimed is added, over what a kill cut short; nothing new writes nothing', async () => {
  const path = join(folder, 'owners');
  await writeFile(path, 'known, half');
  const claimed = ['one', '', 'two'];
  const file = makeOwnersFile(path, 'known, '.length, () => Buffer.from(claimed.shift() ?? ''));
  await Promise.all([file.append(), file.append(), file.append()]);
  expect(await readFile(path, 'utf8')).toBe('known, onetwo');
  await file.append();
  expect(await readFile(path, 'utf8')).toBe('known, onetwo');
});

test('what could not be written is written by the next call, in its order', async () => {
  const path = join(folder, 'there', 'owners');
  const claimed = ['one', 'two'];
  const file = makeOwnersFile(path, 0, () => Buffer.from(claimed.shift() ?? ''));
  await expect(file.append()).rejects.toThrow('ENOENT');
  await mkdir(join(folder, 'there'));
  await file.append();
  expect(await readFile(path, 'utf8')).toBe('onetwo');
});
