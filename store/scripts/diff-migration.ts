import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { HoneError } from '../../domain/errors.ts';
import { defaultMigrationsDirectory, defaultSchemaFile, pendingSchemaChanges } from '../migrate.ts';

const usage = 'node store/scripts/diff-migration.ts --database-url URL NAME';

/**
 * Makes the next migration from the changes of prisma/schema.prisma. The address names any database of a scratch server:
 * the committed migrations are applied to a shadow database beside it, which is dropped again. Constraints that the schema
 * language cannot say are added to the file by hand.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { 'database-url': { type: 'string' } }, allowPositionals: true });
  const url = values['database-url'];
  const name = positionals[0];
  if (url === undefined || name === undefined || !/^[a-z][a-z0-9_]*$/.test(name))
    throw new HoneError('input-invalid', 'An address and a name (lower-case letters, digits, underscores) are needed.', usage);
  const sql = await pendingSchemaChanges(url, defaultSchemaFile, defaultMigrationsDirectory);
  if (sql === null) {
    console.log('The migrations make what the schema says; there is nothing to do.');
    return;
  }
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const folder = path.join(defaultMigrationsDirectory, `${stamp}_${name}`);
  await mkdir(folder);
  await writeFile(path.join(folder, 'migration.sql'), `${sql}\n`);
  console.log(`Wrote ${path.relative(process.cwd(), path.join(folder, 'migration.sql'))}. Read it, and add what the schema cannot say.`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof HoneError)) throw error;
  console.error(`${error.message}\n${error.advice}`);
  process.exitCode = 1;
}
