import { createWriteStream, type WriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeFailure } from './failures.ts';

/**
 * Fills a temporary file, flushes it to the disk and gives it its name, which `fill` answers: the name stands for a whole
 * file or for none, also after a power cut. The temporary file goes when anything fails. Throws `disk-full`.
 */
export async function writeWhole<Name>(
  temporaryFile: string,
  fill: (file: WriteStream) => Promise<Name>,
  nameOf: (filled: Name) => Promise<string | null>,
): Promise<Name> {
  const file = createWriteStream(temporaryFile, { flags: 'wx', mode: 0o600, flush: true });
  try {
    const filled = await fill(file);
    const name = await nameOf(filled);
    if (name === null) {
      await rm(temporaryFile);
    } else {
      await rename(temporaryFile, name);
      await flushFolder(path.dirname(name));
    }
    return filled;
  } catch (error) {
    file.destroy();
    await rm(temporaryFile, { force: true });
    throw writeFailure(error, path.dirname(temporaryFile));
  }
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
