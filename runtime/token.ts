import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The token that everything on the API asks for; made at first start, readable by its owner only. */
export async function localToken(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, 'token');
  await mkdir(dataDirectory, { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, `hone_${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    await link(draft, path); // whole or not there: whoever comes second never reads an empty file
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(path, 'utf8')).trim();
}
