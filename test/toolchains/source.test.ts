import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, readlink, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Manifest } from '../../domain/manifest/schema.ts';
import { captureSource } from '../../toolchains/source/capture.ts';
import { unpackSource } from '../../toolchains/source/unpack.ts';
import { defaultSearchPath } from '../../toolchains/clang/tools.ts';
import { makeMemoryBlobs } from './support/blobs.ts';
import { longCall, manifestOf, temporaryFolder, writeFiles } from './support/project.ts';

const blobs = makeMemoryBlobs();
let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: folder, remove } = await temporaryFolder());
  await writeFiles(join(folder, 'app'), {
    'main.c': 'int main;\n',
    'src/deep/a.c': 'a',
    'build/out.o': 'junk',
    'src/build/x': 'junk',
    '.git/HEAD': 'ref',
  });
});
afterEach(() => remove());

const capture = (source: Partial<Manifest['source']> = {}, signal?: AbortSignal) =>
  captureSource({ blobs, scratchRoot: join(folder, 'scratch') }, join(folder, 'app'), manifestOf({ build: {}, source }), longCall(signal));

async function unpacked(source: Partial<Manifest['source']> = {}): Promise<string> {
  const { archive } = await capture(source);
  const place = join(folder, 'unpacked');
  await unpackSource({ blobs, searchPath: defaultSearchPath }, archive, place, new AbortController().signal);
  return place;
}

test('times, owners and the place do not change a snapshot; contents, modes, names and links do', async () => {
  const first = await capture();
  expect(first.files).toBe(2);
  await utimes(join(folder, 'app/main.c'), 1, 1);
  expect(await capture()).toEqual(first);
  await rename(join(folder, 'app'), join(folder, 'moved'));
  await rename(join(folder, 'moved'), join(folder, 'app'));
  expect(await capture()).toEqual(first);
  const digests = new Set<string>([first.digest]);
  const path = join(folder, 'app/main.c');
  const changes = [
    () => chmod(path, 0o755),
    () => writeFile(path, 'int Main;\n'),
    () => rename(path, join(folder, 'app/start.c')),
    () => symlink('start.c', join(folder, 'app/link.c')),
    () => mkdir(join(folder, 'app/empty')),
  ];
  for (const change of changes) {
    await change();
    digests.add((await capture()).digest);
  }
  expect(digests.size).toBe(changes.length + 1);
});

test('what is excluded is left out, by name at any depth and by path', async () => {
  const place = await unpacked({ exclude: ['.git', 'build', 'src/deep'] });
  expect((await readdir(place, { recursive: true })).sort()).toEqual(['main.c', 'src']);
  const everything = await unpacked({ exclude: [] });
  expect((await readdir(everything, { recursive: true })).sort()).toContain('src/build/x');
});

test('an archive holds names, contents, modes and links of any length, and tar reads it', async () => {
  const long = `${'directory-'.repeat(9)}/${'name-'.repeat(30)}ü.c`;
  const big = 'x'.repeat(1_000_001);
  await writeFiles(join(folder, 'app'), { [long]: 'long', 'big.bin': big, 'tool.sh': '#!/bin/sh\n', 'with space': '', 'ünïcode.c': 'u' });
  await chmod(join(folder, 'app/tool.sh'), 0o700);
  await symlink(`./${long}`, join(folder, 'app/far'));
  await mkdir(join(folder, 'app/empty'));
  const place = await unpacked();
  expect(await readFile(join(place, long), 'utf8')).toBe('long');
  expect(await readFile(join(place, 'big.bin'), 'utf8')).toBe(big);
  expect(await readFile(join(place, 'ünïcode.c'), 'utf8')).toBe('u');
  expect(await readlink(join(place, 'far'))).toBe(`./${long}`);
  expect((await stat(join(place, 'tool.sh'))).mode & 0o777).toBe(0o755);
  expect((await stat(join(place, 'main.c'))).mode & 0o777).toBe(0o644);
  expect((await stat(join(place, 'empty'))).isDirectory()).toBe(true);
  const { archive } = await capture();
  await blobs.getFile(archive.digest, join(folder, 'source.tar'));
  expect(execFileSync('tar', ['-tf', join(folder, 'source.tar')], { encoding: 'utf8' })).toContain(`${'directory-'.repeat(9)}/name-`);
});

test('included sources appear where the manifest says, and count for the digest', async () => {
  await writeFiles(join(folder, 'library'), { 'sql.c': 'one', 'build/kept.c': 'kept' });
  await symlink(join(folder, 'library'), join(folder, 'linked'));
  const include = [
    { path: '../linked', as: 'third/library' },
    { path: '../library/sql.c', as: 'sql-copy.c' },
  ];
  const before = await capture({ include });
  const place = await unpacked({ include });
  expect(await readFile(join(place, 'third/library/sql.c'), 'utf8')).toBe('one');
  expect(await readFile(join(place, 'third/library/build/kept.c'), 'utf8')).toBe('kept');
  expect(await readFile(join(place, 'sql-copy.c'), 'utf8')).toBe('one');
  await writeFile(join(folder, 'library/sql.c'), 'two');
  expect((await capture({ include })).digest).not.toBe(before.digest);
});

test('what cannot be captured is named', async () => {
  const refused = async (source: Partial<Manifest['source']>, text: string) =>
    expect(capture(source)).rejects.toMatchObject({ code: 'source-unreadable', message: expect.stringContaining(text) });
  await refused({ directory: 'gone' }, '/app/gone cannot be read (ENOENT)');
  await refused({ include: [{ path: '../nowhere', as: 'x' }] }, '/nowhere cannot be read (ENOENT)');
  await refused({ include: [{ path: '../app/src', as: 'main.c' }] }, 'main.c is in the source directory');
  await refused({ exclude: ['main.c', 'src', 'build', '.git'] }, 'holds no file');
  await symlink('../../outside', join(folder, 'app/leaves'));
  await refused({}, '/app/leaves points outside the source, to ../../outside');
  await rm(join(folder, 'app/leaves'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(folder, 'app/s.sock'), resolve));
  await refused({}, '/app/s.sock is a socket');
  await new Promise((resolve) => server.close(resolve));
});

test('a cancelled capture leaves nothing behind', async () => {
  await expect(capture({}, AbortSignal.abort(new Error('cancelled by the test')))).rejects.toThrow('cancelled by the test');
  expect(await readdir(join(folder, 'scratch')).catch(() => [])).toEqual([]);
});

test('unpacking makes a folder anew', async () => {
  const place = await unpacked();
  await writeFile(join(place, 'left-over'), '');
  await writeFile(join(place, 'main.c'), 'changed');
  await unpacked();
  expect((await readdir(place)).sort()).toEqual(['main.c', 'src']);
  expect(await readFile(join(place, 'main.c'), 'utf8')).toBe('int main;\n');
});
