import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';

const script = resolve(import.meta.dirname, '../../../runtime/demo.ts');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-demo-ends-'));
  await writeFile(join(folder, 'setup.json'), JSON.stringify({ temporalPath: join(folder, 'missing') }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What a demo says whose stack does not start. */
async function said(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { env: { ...process.env, HONE_DATA: folder }, stdio: ['pipe', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return out + err;
}

it('ends with its cycle through a pipe', async () => {
  expect(await said(process.execPath, [script])).toContain('s  everything ends with the cycle (standard output is no terminal)\n');
});

it('stays up on a terminal, unless it is told otherwise', async () => {
  const onTerminal = (...options: string[]) =>
    said('script', ['-qefc', [process.execPath, script, ...options].map((word) => `'${word}'`).join(' '), '/dev/null']);
  expect(await onTerminal()).toContain('s  everything stays up after the cycle, until Ctrl-C');
  expect(await onTerminal('--once')).toContain('s  everything ends with the cycle (--once)');
});
