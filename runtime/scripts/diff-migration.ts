import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import { startPostgres } from '../../infra/postgres/embedded.ts';
import { defaultMigrationsDirectory, defaultSchemaFile, pendingSchemaChanges } from '../../store/migrate.ts';
import { showError } from '../show-error.ts';

const usage = 'node runtime/scripts/diff-migration.ts NAME | --check';

/**
 * Makes the next migration from the changes of prisma/schema.prisma, or checks that there are none. The committed migrations are
 * applied on a scratch server, which is gone afterwards. Constraints that the schema language cannot say are added by hand.
 */
async function main(name: string | undefined): Promise<void> {
  if (name !== '--check' && (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name)))
    throw new HoneError('input-invalid', 'A name (lower-case letters, digits, underscores) is needed.', usage);
  const sql = await missingSql();
  if (sql === null) console.log('The migrations make what the schema says; there is nothing to do.');
  else if (name === '--check')
    throw new HoneError('input-invalid', 'prisma/schema.prisma says more than the migrations make.', `Write the next one: ${usage}`, {
      details: sql.split('\n'),
    });
  else await write(name, sql);
}

async function write(name: string, sql: string): Promise<void> {
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const file = path.join(defaultMigrationsDirectory, `${stamp}_${name}`, 'migration.sql');
  await mkdir(path.dirname(file));
  await writeFile(file, `${sql}\n`);
  console.log(`Wrote ${path.relative(process.cwd(), file)}. Read it, and add what the schema cannot say.`);
}

/** Null when nothing is missing. */
async function missingSql(): Promise<string | null> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hone-migration-'));
  try {
    const server = await startPostgres({ dataDirectory: path.join(folder, 'data'), settings: { fsync: 'off' } });
    try {
      return await pendingSchemaChanges(server.url('postgres'), defaultSchemaFile, defaultMigrationsDirectory);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main(process.argv[2]);
} catch (error) {
  if (!(error instanceof HoneError)) throw error;
  showError(error, (line) => console.error(line));
  process.exitCode = 1;
}
