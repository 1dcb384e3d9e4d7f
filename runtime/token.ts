import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The token that everything on the API asks for; made at first start, readable by its owner only. */
export async function localToken(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, 'token');
  await mkdir(dataDirectory, { recursive: true });
  try {
    await writeFile(path, `hone_${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return (await readFile(path, 'utf8')).trim();
}
