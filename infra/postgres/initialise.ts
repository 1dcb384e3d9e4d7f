import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { HoneError } from '../../domain/errors.ts';
import type { PostgresBinaries } from './binaries.ts';
import { asPostgresUser, postgresOwner } from './user.ts';

const run = promisify(execFile);
export const superuser = 'hone';

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

/** Where the server's password is kept, beside the data directory, readable by its owner only. */
const passwordFile = (dataDirectory: string) => `${dataDirectory}.password`;

/**
 * Makes the database cluster when there is none yet, and answers its password. A half-made cluster of an interrupted
 * first start is made anew: initdb writes beside, then the folder is renamed. Not `durable`: nothing waits for the disk.
 */
export async function initialiseCluster(binaries: PostgresBinaries, dataDirectory: string, durable: boolean): Promise<string> {
  if (await exists(path.join(dataDirectory, 'PG_VERSION'))) return (await readFile(passwordFile(dataDirectory), 'utf8')).trim();
  await mkdir(path.dirname(dataDirectory), { recursive: true });
  const fresh = `${dataDirectory}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  const password = randomBytes(24).toString('hex');
  await rm(passwordFile(dataDirectory), { force: true });
  await writeFile(passwordFile(dataDirectory), `${password}\n`, { mode: 0o600 });
  const owner = postgresOwner();
  if (owner !== null) await chown(fresh, owner.uid, owner.gid);
  await initdb(binaries, fresh, passwordFile(dataDirectory), durable);
  await rm(dataDirectory, { recursive: true, force: true });
  await rename(fresh, dataDirectory);
  return password;
}

async function initdb(binaries: PostgresBinaries, directory: string, password: string, durable: boolean): Promise<void> {
  const call = asPostgresUser(binaries.initdb, [
    `--pgdata=${directory}`,
    `--username=${superuser}`,
    `--pwfile=${password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ]);
  try {
    await run(call.command, [...call.args], { cwd: directory, env: {}, timeout: 120_000 });
  } catch (cause) {
    const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new HoneError(
      missing ? 'tool-missing' : 'store-unavailable',
      missing ? 'The program setpriv is not installed.' : `Postgres could not make its data directory ${directory}.`,
      missing ? 'Install the package util-linux.' : 'Look at the lines below; often the disk is full or the folder is not writable.',
      { details: output.trim().split('\n').slice(-10), cause },
    );
  }
}
