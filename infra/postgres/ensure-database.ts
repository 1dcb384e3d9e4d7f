import { Client } from 'pg';

const duplicateDatabase = '42P04';

/** Creates the database when it is not there. `administrationUrl` leads to any database of the same server. */
export async function ensureDatabase(administrationUrl: string, name: string): Promise<void> {
  const client = new Client({ connectionString: administrationUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (known.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    if ((error as { code?: string }).code !== duplicateDatabase) throw error; // somebody else was faster
  } finally {
    await client.end();
  }
}
