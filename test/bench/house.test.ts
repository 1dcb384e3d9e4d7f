import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileFigures } from '../../bench/house/house.ts';
import { functionLines } from '../../bench/house/source-lines.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the lines of every function are counted, blank ones and comments too, in whatever form it is written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hone-house-'));
  try {
    const file = join(folder, 'functions.ts');
    const lines = [
      'export function four() {',
      '  // why',
      '',
      '}',
      'export const one = () => 1;',
      'export const made = {',
      '  two() {',
      '  },',
      '};',
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    const counted = await functionLines(root, [file], new AbortController().signal);
    expect(counted.toSorted((left, right) => left - right)).toEqual([1, 2, 4]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('files are code or tests, and the largest is named', () => {
  const file = (path: string, lines: number, isTest = false) => ({ path, lines, isTest });
  const figures = fileFigures([file('a.ts', 100), file('b.ts', 300), file('c.ts', 50)], [file('test/a.test.ts', 225, true)]);
  expect(Object.fromEntries(figures.map(({ name, value }) => [name, value]))).toMatchObject({
    files: 3,
    'file-lines-median': 100,
    'file-lines-largest': 300,
    'code-lines': 450,
    'test-lines': 225,
    'tests-of-code': 0.5,
  });
  expect(figures.find(({ name }) => name === 'file-lines-largest')).toMatchObject({ peer: 'b.ts' });
});
