import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const launcher = fileURLToPath(new URL('../../cli/bin/hone.mjs', import.meta.url));
const example = fileURLToPath(new URL('../../examples/query-service', import.meta.url));

function launch(...argv: readonly string[]): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(launcher, argv, { cwd: tmpdir() }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

test('the launcher runs the command from any folder and answers its exit code', async () => {
  const { code, stdout } = await launch('target', 'check', example, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, manifest: { target: 'query-service' } });
  expect(await launch('target', 'list')).toMatchObject({ code: 5, stdout: '' });
  expect(await launch('target', 'list', 'x', 'y')).toMatchObject({ code: 2 });
});

test('help names every verb and the exit codes', async () => {
  const { code, stdout } = await launch('--help');
  expect(code).toBe(0);
  for (const verb of ['doctor', 'target', 'refresh', 'cycle', 'profile', 'build', 'release'])
    expect(stdout).toMatch(new RegExp(`^  ${verb}\\b`, 'm'));
  expect(stdout).toContain('Exit codes');
});
