import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { machine, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkCores } from '../../cli/doctor/doctor.ts';
import { type Need, checkNeed } from '../../cli/doctor/needs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hone-doctor-'));
});
afterEach(() => rm(folder, { recursive: true }));

const needs = JSON.parse(await readFile('infra/setup/needs.json', 'utf8')) as readonly Need[];
const searchPath = process.env['PATH'] ?? '';

test('each need is found here, and none where nothing is', async () => {
  for (const need of needs) {
    expect(await checkNeed(need, searchPath)).toMatchObject({ name: need.name, state: 'ok', advice: null });
    const elsewhere: Need = {
      ...need,
      ...(need.program === undefined ? {} : { program: path.join('no', need.program) }),
      ...(need.files === undefined ? {} : { files: need.files.map((file) => path.join(folder, file)) }),
      ...(need.folder === undefined ? {} : { folder }),
    };
    expect(await checkNeed(elsewhere, searchPath)).toMatchObject({
      name: need.name,
      state: need.onlyFor === undefined ? 'missing' : 'absent',
      advice: expect.stringContaining(`(Debian: ${need.package}).`) as string,
    });
  }
});

test("compiler-rt's profile library is looked for in both layouts, and no other library stands in for it", async () => {
  const runtime = needs.find(({ name }) => name === 'compiler-rt')!;
  const put = async (file: string): Promise<string> => {
    await rm(folder, { recursive: true });
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await writeFile(path.join(folder, file), '');
    return (await checkNeed({ ...runtime, folder }, searchPath)).state;
  };
  expect(await put(`linux/libclang_rt.profile-${machine()}.a`)).toBe('ok');
  expect(await put('linux/libclang_rt.profile-otherwise.a')).toBe('missing');
  expect(await put('x86_64-pc-linux-gnu/libclang_rt.profile.a')).toBe('ok');
  expect(await put('linux/libclang_rt.builtins-x86_64.a')).toBe('missing');
});

test('a program of another version is missing', async () => {
  const clang = needs.find(({ name }) => name === 'clang')!;
  expect(await checkNeed({ ...clang, program: 'make' }, searchPath)).toMatchObject({
    state: 'missing',
    found: expect.stringMatching(/make is another version: GNU Make/) as string,
  });
});

test('a pair needs two cores', () => {
  expect(checkCores(1)).toMatchObject({ state: 'missing', found: '1 core' });
  expect(checkCores(2)).toMatchObject({ state: 'ok', found: '2 cores' });
});
