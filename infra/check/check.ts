import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generated.ts';

/** `npm run check`: every rule that a change must keep, side by side; prints only what failed. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const script = (path: string) => [process.execPath, join(root, path), '--check'];

const checks: Readonly<Record<string, readonly string[]>> = {
  'types and import rules': [bin('tsc'), '-b'],
  lint: [bin('oxlint'), '--type-aware', '--quiet'],
  format: [bin('prettier'), '--check', '--log-level', 'warn', '.'],
  'dead code': [bin('knip'), '--no-progress'],
  'migrations up to date': script('runtime/scripts/diff-migration.ts'),
  ...Object.fromEntries(Object.entries(generatedFiles).map(([name, path]) => [`${name} up to date`, script(path)])),
};

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: number;
}

function run(name: string, [command, ...rest]: readonly string[]): Promise<Outcome> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command!, rest, { cwd: root, env: { ...process.env, FORCE_COLOR: '0' } });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => (output += error.message));
    child.once('close', (code) => resolve({ name, passed: code === 0, output, seconds: (performance.now() - startedAt) / 1000 }));
  });
}

const outcomes = await Promise.all(Object.entries(checks).map(([name, command]) => run(name, command)));
for (const { name, passed, output, seconds } of outcomes) {
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
  if (!passed) console.log(output.trimEnd().replaceAll(/^/gm, '       '));
}
process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1;
