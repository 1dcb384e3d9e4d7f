import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const script = resolve(import.meta.dirname, '../../../runtime/demo.ts');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-demo-json-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function demo(...options: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [script, '--json', ...options], { env: { ...process.env, HONE_DATA: folder } }, (error, stdout, stderr) =>
      done({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

it.each([
  ['an option that is not there', ['--often'], 'input-invalid', /often/],
  ['a rate that is none', ['--rate', 'fast'], 'input-invalid', /--rate fast/],
  ['a stack that does not start', [], 'engine-unavailable', /Temporal/],
])('says one JSON object of %s', async (_, options, errorCode, message) => {
  await writeFile(join(folder, 'setup.json'), JSON.stringify({ temporalPath: join(folder, 'missing') }));
  const { code, stdout, stderr } = await demo(...options);
  expect(code).toBe(1);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({
    target: null,
    cycle: null,
    windowsKept: null,
    verdict: 'none',
    error: { code: errorCode, message: expect.stringMatching(message) },
  });
  expect(stderr).toContain(`error (${errorCode})`);
  if (options.length === 0) expect(stderr).toContain('s  everything ends with the cycle (--json)\n');
});
