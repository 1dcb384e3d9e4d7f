import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyFixture, type FixtureCopy } from '../support/production.ts';

let fixture: FixtureCopy;
let binary: string;
beforeAll(async () => {
  fixture = await copyFixture('tiny-command');
  binary = await fixture.build();
});
afterAll(() => fixture.remove());

it('evaluates expressions with the usual precedence', () => {
  const input = '1 + 2 * 3\n(1 + 2) * 3\n-(4 - 10) / 4 % 5\n7 / 0\n';
  expect(execFileSync(binary, { input, encoding: 'utf8' })).toBe('7\n9\n1\n0\n');
});

it.each(['short', 'nested', 'mixed'])('answers every line of the input %s', (name) => {
  const input = readFileSync(join(fixture.directory, `inputs/${name}.txt`), 'utf8');
  const output = execFileSync(binary, ['3'], { input, encoding: 'utf8' });
  expect(output.split('\n')).toHaveLength(input.split('\n').length);
});

it('ends with 1 and says why when a line is no expression, and crashes when asked to', () => {
  expect(spawnSync(binary, { input: '1 +\n', encoding: 'utf8' })).toMatchObject({ status: 1, stderr: expect.stringContaining('1 +') });
  expect(spawnSync(binary, { input: '1\n2\n', env: { TINY_CRASH_AT_LINE: '2' } }).signal).toBe('SIGABRT');
});
