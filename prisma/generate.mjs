// Makes prisma/client from prisma/schema.prisma. Plain JavaScript for any Node from 20, since `npm install` runs it.
// Does nothing when the schema and Prisma's version are those of the last time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(folder);
const stampFile = path.join(folder, 'client', '.schema-digest');
const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
const version = JSON.parse(readFileSync(path.join(path.dirname(cli), '..', 'package.json'), 'utf8')).version;
const digest = createHash('sha256')
  .update(readFileSync(path.join(folder, 'schema.prisma')))
  .update(version)
  .digest('hex');

if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest) process.exit(0);

// Generating needs no engine, yet Prisma downloads one unless it is told of a file that is there.
const env = {
  ...process.env,
  PRISMA_SCHEMA_ENGINE_BINARY: fileURLToPath(import.meta.url),
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
};
const result = spawnSync(process.execPath, [cli, 'generate', '--no-hints'], { cwd: root, env, encoding: 'utf8' });
if (result.status !== 0) {
  process.stderr.write(`prisma generate failed\n${result.stdout}${result.stderr}`);
  process.exit(1);
}
writeFileSync(stampFile, digest);
