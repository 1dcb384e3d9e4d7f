import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generated.ts';

/** `npm run generate`: writes every committed file that is made from another one. */
const root = fileURLToPath(new URL('../..', import.meta.url));

for (const path of Object.values(generatedFiles)) {
  const { status } = spawnSync(process.execPath, [join(root, path)], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  console.log(`written by ${path}`);
}
