import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const mostLines = 450;

it(`has no source file over ${mostLines} lines`, () => {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.mjs', '*.c', '*.h', '*.sh'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n');
  const long = files
    .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > mostLines);
  expect(files.length).toBeGreaterThan(100);
  expect(long).toEqual([]);
});
