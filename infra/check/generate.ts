import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `npm run generate`: writes every committed file that is made from another one. */
const root = fileURLToPath(new URL('../..', import.meta.url));

const scripts = [
  'api/scripts/print-schema.ts',
  'cli/scripts/print-manifest-schema.ts',
  'docs/scripts/print-manifest-table.ts',
  'runtime/scripts/print-environment.ts',
];

for (const path of scripts) {
  const { status } = spawnSync(process.execPath, [join(root, path)], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  console.log(`written by ${path}`);
}
