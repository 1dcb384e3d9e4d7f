import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const module = join(import.meta.dirname, '../../hosts/evaluation/cores.ts');

/** What a function of the module answers, or the code it fails with, in a process that may use these cores only. */
async function within(cores: string, call: 'chooseCollectionCores' | 'choosePairCores', count = 0): Promise<unknown> {
  const script = `const { ${call} } = await import(${JSON.stringify(module)}); console.log(JSON.stringify(await ${call}(${count}).catch(({ code }) => code)));`;
  const { stdout } = await run('taskset', ['-c', cores, process.execPath, '--input-type=module', '-e', script]);
  return JSON.parse(stdout) as unknown;
}

it('collects on the last core that the worker may use, not on the last that the machine has', async () => {
  expect(await within('0', 'chooseCollectionCores', 1)).toEqual([0]);
  expect(await within('1', 'chooseCollectionCores', 1)).toEqual([1]);
  expect(await within('0-1', 'chooseCollectionCores', 1)).toEqual([1]);
});

it('gives each instance of a cycle a core of its own, and says so where there are too few', async () => {
  expect(await within('0-1', 'chooseCollectionCores', 2)).toEqual([1, 0]);
  expect(await within('0-1', 'chooseCollectionCores', 3)).toBe('host-unfit');
});

it('measures pairs on two cores, and with one only says so', async () => {
  expect(await within('0-1', 'choosePairCores')).toEqual([0, 1]);
  expect(await within('1', 'choosePairCores')).toBe('host-unfit');
});
