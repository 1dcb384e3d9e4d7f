import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openScratch } from '../../runtime/scratch.ts';

const module = resolve(import.meta.dirname, '../../runtime/scratch.ts');
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hone-scratch-test-'));
});
afterEach(() => rm(root, { recursive: true }));

/** Another process with a scratch folder of its own, and a file in it. */
async function otherProcess() {
  const code = `import { openScratch } from ${JSON.stringify(module)};
    import { writeFileSync } from 'node:fs';
    const { directory } = await openScratch(${JSON.stringify(root)});
    writeFileSync(directory + '/sealed', 'x');
    console.log(directory);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [directory] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    name: basename(directory),
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('what a killed process left goes when the next one starts; what is alive keeps its own', async () => {
  const [killed, alive] = await Promise.all([otherProcess(), otherProcess()]);
  try {
    await killed.kill();
    // As processes of an earlier version left them.
    await mkdir(join(root, 'profile-Ab3xYz'));
    await writeFile(join(root, 'profile-Ab3xYz', 'merged.profdata'), 'x');
    const own = await openScratch(root);
    expect((await readdir(root)).toSorted()).toEqual([alive.name, basename(own.directory)].toSorted());
    expect(await readdir(join(root, alive.name))).toEqual(['sealed']);
    await own.close();
    expect(await readdir(root)).toEqual([alive.name]);
  } finally {
    await alive.kill();
  }
});

test('many that start at once have a folder each', async () => {
  const opened = await Promise.all(Array.from({ length: 12 }, () => openScratch(root)));
  await Promise.all(opened.map(({ directory }, index) => writeFile(join(directory, 'own'), String(index))));
  expect(new Set(opened.map(({ directory }) => directory)).size).toBe(12);
  await Promise.all(opened.map((one) => one.close()));
  await (await openScratch(root)).close();
  expect(await readdir(root)).toEqual([]);
});
