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

interface SharedServer {
  users: number;
  readonly started: Promise<{ readonly url: string; readonly stop: () => Promise<void> }>;
}

/** Each project of vitest's calls its set-up, all at once and each in a module of its own: they meet here. */
const shared = globalThis as { honeTestPostgres?: SharedServer };

/** One real Postgres for a run of the tests, with a migrated template that each test clones; it ends with the last project that uses it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = (shared.honeTestPostgres ??= { users: 0, started: start() });
  server.users += 1;
  const { url, stop } = await server.started;
  project.provide('postgresUrl', url);
  return async () => {
    server.users -= 1;
    if (server.users > 0) return;
    delete shared.honeTestPostgres;
    await stop();
  };
}

async function start(): Promise<Awaited<SharedServer['started']>> {
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
    return { url: server.url('postgres'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
