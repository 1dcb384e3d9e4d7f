import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readElf } from '../../toolchains/clang/elf.ts';
import { readToolchain, requireTools } from '../../toolchains/clang/tools.ts';
import { findTools } from '../../toolchains/index.ts';
import { defaultSearchPath } from '../../toolchains/clang/tools.ts';
import { llvmVersion, longCall, openProject, temporaryFolder } from './support/project.ts';
import { materialise } from './support/run.ts';

test('every tool is found with its version and how to install it', async () => {
  const tools = await findTools(llvmVersion);
  for (const tool of tools)
    expect(tool, tool.name).toMatchObject({ path: expect.stringMatching(/^\//), version: expect.stringMatching(/\d/) });
  expect(tools.map((tool) => tool.name)).toContain('llvm-profdata 22');
  expect(tools[0]?.install).toBe('apt-get install clang-22 lld-22 llvm-22 libclang-rt-22-dev');
});

test('a version that is not there is not found, and no error', async () => {
  const tools = await findTools(9, '/nowhere');
  expect(tools.every((tool) => tool.path === null && tool.version === null)).toBe(true);
  await expect(requireTools(9, '/nowhere')).rejects.toMatchObject({ code: 'tool-missing', message: expect.stringContaining('clang') });
});

test('a compiler of another version is refused', async () => {
  const { signal } = longCall();
  const { clang } = await requireTools(llvmVersion, defaultSearchPath);
  expect(await readToolchain(clang, llvmVersion, signal)).toMatchObject({
    kind: 'clang',
    version: expect.stringMatching(/^22\.\d+\.\d+$/),
  });
  await expect(readToolchain(clang, 21, signal)).rejects.toMatchObject({ code: 'tool-missing' });
  await expect(readToolchain('/bin/true', 22, signal)).rejects.toMatchObject({ code: 'tool-missing' });
});

test('the ELF reader agrees with llvm-readelf', async () => {
  const project = await openProject(
    { 'main.c': 'int main(void) { return 0; }\n' },
    { build: { command: '$CC $CFLAGS $LDFLAGS -o sample main.c' } },
  );
  try {
    const built = await project.build('baseline');
    const path = await materialise(project, built.binary, 'program');
    const said = execFileSync('/usr/lib/llvm-22/bin/llvm-readelf', ['-n', '-S', path], { encoding: 'utf8' });
    expect(/Build ID: ([0-9a-f]+)/.exec(said)?.[1]).toBe(built.elfBuildId);
    expect(parseInt(/ \.text\s+PROGBITS\s+\S+\s+\S+\s+(\S+)/.exec(said)?.[1] ?? '', 16)).toBe(built.textBytes);
  } finally {
    await project.remove();
  }
});

test('what is no ELF file, or half of one, has no facts', async () => {
  const folder = await temporaryFolder();
  try {
    const path = join(folder.path, 'file');
    for (const content of ['', 'text', '\x7fELF']) {
      await writeFile(path, content);
      expect(await readElf(path)).toBeNull();
    }
  } finally {
    await folder.remove();
  }
});
