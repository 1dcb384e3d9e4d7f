import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../infra/postgres/embedded.ts';
import { applyMigrations, defaultMigrationsDirectory } from '../../store/migrate.ts';
import { templateDatabase } from './template-database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the test server's database `postgres`. */
    postgresUrl: string;
  }
}

/** What a crash would lose is of no interest here: nothing waits for the disk. */
const fast = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** One real Postgres for a run of the tests, with a migrated template that each test clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hone-test-postgres-'));
  const server = await startPostgres({ dataDirectory: path.join(folder, 'data'), settings: fast });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const admin = new pg.Client({ connectionString: server.url('postgres') });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${templateDatabase}`);
    await admin.end();
    await applyMigrations(server.url(templateDatabase), defaultMigrationsDirectory);
    project.provide('postgresUrl', server.url('postgres'));
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
