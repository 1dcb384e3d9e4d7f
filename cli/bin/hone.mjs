#!/usr/bin/env node
// The `hone` command for any Node from 20.3: runs cli/main.ts on the project's own Node.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const node = path.join(root, 'node_modules', '.bin', 'node');

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import('../entry.ts');
} else if (!existsSync(node)) {
  process.stderr.write(
    `hone needs Node 24, which set-up installs. Run this first:\n\n  node ${path.join(root, 'infra', 'setup', 'setup.mjs')}\n\n`,
  );
  process.exit(1);
} else {
  const child = spawn(node, [path.join(root, 'cli', 'entry.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both: the child decides what it means.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    process.stderr.write(`${node} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => process.exit(code ?? 128 + os.constants.signals[signal ?? 'SIGKILL']));
}
