import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  applyMigrations,
  defaultMigrationsDirectory,
  defaultSchemaFile,
  migrationsMatchSchema,
  pendingSchemaChanges,
} from '../../store/migrate.ts';
import { adminUrl, emptyDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await emptyDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'hone-migrations-'));
  await cp(defaultMigrationsDirectory, folder, { recursive: true });
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

async function sql(text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function addMigration(name: string, text: string): Promise<void> {
  await mkdir(path.join(folder, name));
  await writeFile(path.join(folder, name, 'migration.sql'), text);
}

const applied = () =>
  sql(`SELECT migration_name, finished_at IS NOT NULL AS finished, checksum FROM _prisma_migrations ORDER BY migration_name`);

test('the committed migrations make what the schema says', async () => {
  expect(await migrationsMatchSchema(adminUrl())).toBe(true);
  expect(await sql(`SELECT datname FROM pg_database WHERE datname LIKE 'hone_shadow_%'`)).toEqual([]);
});

test('a schema that is ahead of its migrations is told apart, with the SQL that is missing', async () => {
  const schemaFile = path.join(folder, 'schema.prisma');
  const schema = await readFile(defaultSchemaFile, 'utf8');
  await writeFile(schemaFile, schema.replace('hardwareClass String', 'hardwareClass String\n  rack String?'));
  expect(await pendingSchemaChanges(adminUrl(), schemaFile, folder)).toContain('ADD COLUMN     "rack" TEXT');
});

test('four callers at once apply each migration once, in the table that Prisma reads', async () => {
  await addMigration('20991231000000_second', `CREATE TABLE "later" ("id" INTEGER PRIMARY KEY);`);
  const names = (await Promise.all([1, 2, 3, 4].map(() => applyMigrations(database.url, folder)))).flat();
  expect(names.length).toBeGreaterThan(1);
  expect(names[0]).toMatch(/_init$/);
  expect(names.at(-1)).toBe('20991231000000_second');
  expect(new Set(names).size).toBe(names.length);
  // What `prisma migrate` compares a file with.
  const checksum = async (name: string) =>
    createHash('sha256')
      .update(await readFile(path.join(folder, name, 'migration.sql')))
      .digest('hex');
  const expected = names.map(async (name) => ({ migration_name: name, finished: true, checksum: await checksum(name) }));
  expect(await applied()).toEqual(await Promise.all(expected));
  expect(await applyMigrations(database.url, folder)).toEqual([]);
});

test('evaluations that closed cycles had left open are broken off; what has its verdict or runs stays', async () => {
  const names = (await readdir(folder)).filter((name) => name !== 'migration_lock.toml').toSorted();
  const from = names.findIndex((name) => name.endsWith('_broken_off_evaluations'));
  await Promise.all(names.slice(from).map((name) => rm(path.join(folder, name), { recursive: true })));
  await applyMigrations(database.url, folder);
  // As a replica: rows without those that they refer to.
  await sql(`SET session_replication_role = replica;
    INSERT INTO "RefreshCycle" ("id", "targetId", "workflowId", "reason", "directory", "manifest", "manifestDigest", "state", "endedAt", "error")
      SELECT id, id, 'w', 'r', '/srv', '{}', repeat('a', 64), state::"CycleState", CASE WHEN state <> 'running' THEN timestamptz '2026-11-21' END,
        CASE WHEN state = 'failed' THEN jsonb '{}' END
      FROM (VALUES ('one', 'cancelled'), ('two', 'failed'), ('three', 'running'), ('four', 'cancelled')) c (id, state);
    INSERT INTO "Evaluation" ("id", "targetId", "cycleId", "profileVersionId", "baselineBuildId", "candidateBuildId", "alpha", "minimumGain")
      SELECT "id", "id", "id", 'v', 'b', 'c', 0.01, 0 FROM "RefreshCycle";
    UPDATE "Evaluation" SET "verdict" = 'fail', "sentence" = 'Slower.', "answers" = '{}', "endedAt" = timestamptz '2026-11-20' WHERE "id" = 'four';`);
  await cp(defaultMigrationsDirectory, folder, { recursive: true });
  await applyMigrations(database.url, folder);
  const [day, before] = [new Date('2026-11-21T00:00:00Z'), new Date('2026-11-20T00:00:00Z')];
  expect(await sql(`SELECT "id", "verdict", "sentence", "endedAt" FROM "Evaluation" ORDER BY "id"`)).toEqual([
    { id: 'four', verdict: 'fail', sentence: 'Slower.', endedAt: before },
    { id: 'one', verdict: null, sentence: 'Broken off before a verdict: the cycle ended as cancelled.', endedAt: day },
    { id: 'three', verdict: null, sentence: null, endedAt: null },
    { id: 'two', verdict: null, sentence: 'Broken off before a verdict: the cycle ended as failed.', endedAt: day },
  ]);
});

test('a function whose body holds semicolons is applied whole', async () => {
  await addMigration(
    '20991231000000_function',
    `CREATE FUNCTION answer() RETURNS INTEGER LANGUAGE plpgsql AS $$ DECLARE a INTEGER; BEGIN a := 42; RETURN a; END $$; -- a comment; too`,
  );
  await applyMigrations(database.url, folder);
  expect(await sql('SELECT answer() AS answer')).toEqual([{ answer: 42 }]);
});

test('a migration that fails leaves nothing of itself and says why', async () => {
  await applyMigrations(database.url, folder);
  await addMigration('20991231000000_broken', `CREATE TABLE "half" ("id" INTEGER PRIMARY KEY); SELECT * FROM "nowhere";`);
  const failed = applyMigrations(database.url, folder);
  await expect(failed).rejects.toMatchObject({ code: 'conflict', message: 'A migration of the database failed.' });
  await expect(failed).rejects.toSatisfy((error: { details: string[] }) => error.details.join('\n').includes('nowhere'));
  expect(await sql(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
});

test('a migration that was changed after it had been applied is refused', async () => {
  await applyMigrations(database.url, folder);
  const [init] = (await applied()).map((row) => String(row['migration_name']));
  await writeFile(path.join(folder, init!, 'migration.sql'), 'SELECT 1;');
  await expect(applyMigrations(database.url, folder)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(init!) });
});

test('no server is store-unavailable', async () => {
  const url = 'postgresql://hone:x@127.0.0.1:1/hone';
  await expect(applyMigrations(url, folder)).rejects.toMatchObject({ code: 'store-unavailable' });
});
