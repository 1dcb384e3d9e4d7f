import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const module = join(import.meta.dirname, '../../hosts/evaluation/cores.ts');
const script = `const { lastAllowedCore } = await import(${JSON.stringify(module)}); console.log(await lastAllowedCore());`;

async function coreWithin(cores: string): Promise<number> {
  const { stdout } = await run('taskset', ['-c', cores, process.execPath, '--input-type=module', '-e', script]);
  return Number(stdout);
}

it('collects on the last core that the worker may use, not on the last that the machine has', async () => {
  expect(await coreWithin('0')).toBe(0);
  expect(await coreWithin('1')).toBe(1);
  expect(await coreWithin('0-1')).toBe(1);
});
