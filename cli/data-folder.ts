import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Failure } from './failure.ts';

/**
 * The gateway's folder on this machine: below `--data`, or below the first `.hone` from `directory` upwards. Throws a `Failure` with code
 * `not-found`.
 */
export async function findGatewayFolder(directory: string, data: string | undefined): Promise<string> {
  if (data !== undefined) return existing(join(resolve(directory, data), 'gateway'));
  for (let folder = directory; ; folder = dirname(folder)) {
    const path = join(folder, '.hone', 'gateway');
    if (await isFolder(path)) return path;
    if (dirname(folder) === folder) return existing(join(directory, '.hone', 'gateway'));
  }
}

async function existing(path: string): Promise<string> {
  if (await isFolder(path)) return path;
  throw new Failure({
    code: 'not-found',
    message: `There is no folder of a gateway at ${path}.`,
    advice: "Run this on the gateway's machine, below the folder that has .hone, or name the data folder (HONE_DATA) with --data.",
  });
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
