import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { MigrationList } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { HoneError } from '../domain/errors.ts';
import { unavailable } from './failures.ts';
import { withSchemaEngine } from './schema-engine.ts';

/** Any fixed number: whoever migrates a Hone database holds this lock. */
const migrationLock = 7_214_903_118;
const filters = { externalTables: [], externalEnums: [] };

/**
 * Applies what the directory holds and the database has not; answers the names of the applied migrations. Two callers at
 * once wait for each other. Prisma's own table `_prisma_migrations` is written, so that `prisma migrate` can go on from here.
 * Throws `store-unavailable` without a server, `conflict` when a migration fails or was changed after it had been applied.
 */
export async function applyMigrations(databaseUrl: string, migrationsDirectory: string): Promise<readonly string[]> {
  const migrationsList = await readMigrations(migrationsDirectory);
  return withMigrationLock(databaseUrl, () =>
    withSchemaEngine(databaseUrl, null, async (engine) => {
      const { editedMigrationNames: edited } = await engine.diagnoseMigrationHistory({
        migrationsList,
        optInToShadowDatabase: false,
        filters,
      });
      if (edited.length > 0) throw editedAfterwards(edited);
      return (await engine.applyMigrations({ migrationsList, filters })).appliedMigrationNames;
    }).catch(rethrow),
  );
}

/** The SQL that leads from the migrations to the schema; null when they agree. Needs the right to create a shadow database. */
export async function pendingSchemaChanges(databaseUrl: string, schemaFile: string, migrationsDirectory: string): Promise<string | null> {
  const schema = { path: schemaFile, content: await readFile(schemaFile, 'utf8') };
  const migrationsList = await readMigrations(migrationsDirectory);
  const result = await withSchemaEngine(databaseUrl, schema, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...migrationsList },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: true,
      filters,
    }),
  );
  return result.exitCode === 0 ? null : (result.stdout ?? '').trim();
}

/** True when the committed migrations make exactly what prisma/schema.prisma says. `databaseUrl`: any database of a scratch server. */
export async function migrationsMatchSchema(databaseUrl: string): Promise<boolean> {
  return (await pendingSchemaChanges(databaseUrl, defaultSchemaFile, defaultMigrationsDirectory)) === null;
}

const prismaFolder = path.join(import.meta.dirname, '..', 'prisma');
export const defaultSchemaFile = path.join(prismaFolder, 'schema.prisma');
export const defaultMigrationsDirectory = path.join(prismaFolder, 'migrations');

async function readMigrations(baseDir: string): Promise<MigrationList> {
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = await Promise.all(
    names.sort().map(async (name) => {
      const value = await readFile(path.join(baseDir, name, 'migration.sql'), 'utf8');
      return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } } };
    }),
  );
  const lockfile = { path: 'migration_lock.toml', content: await readFile(path.join(baseDir, 'migration_lock.toml'), 'utf8') };
  return { baseDir, lockfile, shadowDbInitScript: '', migrationDirectories };
}

/** A session lock on a connection of its own: it goes with the connection, whatever happens to this process. */
async function withMigrationLock<Result>(databaseUrl: string, run: () => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // a lost connection shows in the next query
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
  } catch (error) {
    await client.end().catch(() => {});
    throw unavailable(error);
  }
  try {
    return await run();
  } finally {
    await client.end();
  }
}

function editedAfterwards(names: readonly string[]): HoneError {
  return new HoneError(
    'conflict',
    `Migrations were changed after they had been applied to this database: ${names.join(', ')}.`,
    'Restore the files as they were released, and make a new migration for further changes.',
  );
}

function rethrow(error: unknown): never {
  if (error instanceof HoneError) throw error;
  const lines = String(error instanceof Error ? error.message : error)
    .trim()
    .split('\n');
  throw new HoneError(
    'conflict',
    'A migration of the database failed.',
    'Nothing of the failed migration stays; look at the lines below.',
    {
      details: lines.slice(0, 20),
      cause: error,
    },
  );
}
