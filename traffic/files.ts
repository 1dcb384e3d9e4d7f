import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { HoneError } from '../domain/errors.ts';

/** Writes a file beside its place and renames it: a reader sees the old content or the new, never half of it. Throws `disk-full`. */
export async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.new`;
  try {
    const file = await open(temporary, 'w', mode);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw diskError(error, path);
  }
}

const fullCodes: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Turns the system's "no space left" and a limit on files' sizes into `disk-full`; leaves any other error as it is. */
export function diskError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (!fullCodes.has(code)) return error;
  return new HoneError(
    'disk-full',
    `There is no space left to write ${path}.`,
    'Free space on that file system; Hone tries again by itself.',
    { cause: error },
  );
}
