import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { makeStore, type OpenStore } from '../../store/index.ts';
import { templateDatabase } from './template-database.ts';

export interface TestDatabase {
  readonly url: string;
  /** Ends every connection to it, too. */
  drop(): Promise<void>;
}

/** A migrated, empty database of its own on the run's real Postgres. */
async function freshDatabase(): Promise<TestDatabase> {
  const name = `hone_${randomUUID().replaceAll('-', '')}`;
  await query(adminUrl(), `CREATE DATABASE ${name} TEMPLATE ${templateDatabase}`);
  return { url: urlOf(name), drop: () => query(adminUrl(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** An existing but unmigrated database. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const name = `hone_${randomUUID().replaceAll('-', '')}`;
  await query(adminUrl(), `CREATE DATABASE ${name}`);
  return { url: urlOf(name), drop: () => query(adminUrl(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** The address of the run's server's database `postgres`. */
export function adminUrl(): string {
  const url = inject('postgresUrl');
  if (!url) throw new Error('No Postgres runs for the tests: name test/support/global-postgres.ts in globalSetup of vitest.config.ts.');
  return url;
}

export interface TestStore extends OpenStore {
  readonly url: string;
  /** Every SQL statement since the last call. */
  takeStatements(): readonly string[];
  /** SQL of the test's own, past the store. */
  sql<Row extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** A store on a fresh database; `close` drops the database too. */
export async function freshStore(): Promise<TestStore> {
  const database = await freshDatabase();
  const statements: string[] = [];
  const open = await makeStore({
    databaseUrl: database.url,
    poolSize: 8,
    log: { warn: () => {} },
    onStatement: (sql) => void statements.push(sql),
  });
  return {
    ...open,
    url: database.url,
    takeStatements: () => statements.splice(0),
    sql: (text, values) => rows(database.url, text, values),
    close: async () => {
      await open.close();
      await database.drop();
    },
  };
}

function urlOf(name: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return url.href;
}

async function rows<Row extends object>(url: string, text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function query(url: string, text: string): Promise<void> {
  await rows(url, text);
}
