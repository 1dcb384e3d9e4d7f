import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function compile(project: string): string {
  const { stdout, status } = spawnSync(
    join(root, 'node_modules', '.bin', 'tsc'),
    ['-b', join(root, 'test', 'fixtures', 'forbidden-import', project)],
    { cwd: root, encoding: 'utf8' },
  );
  expect(status).not.toBe(0);
  return stdout;
}

it('does not compile a command line that reaches into the store', () => {
  expect(compile('cli')).toMatch(/reaches-into-the-store\.ts.*TS6307/);
});

it('does not compile a workflow that knows the platform', () => {
  const output = compile('workflows');
  for (const name of ['process', 'fetch', 'console', 'setTimeout', 'Buffer']) expect(output).toContain(`'${name}'`);
});
