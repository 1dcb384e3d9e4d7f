import { open, rename, stat, type FileHandle } from 'node:fs/promises';

const mostBytes = 64 * 2 ** 20;

/**
 * Opens a log to append to, for a program that is about to start. One that has grown past 64 MiB is put aside as `.1` first, in
 * the place of the one put aside before. A child that is given its descriptor keeps it: the caller closes its own.
 */
export async function openLog(path: string): Promise<FileHandle> {
  const known = await stat(path).catch(() => null);
  if (known && known.size > mostBytes) await rename(path, `${path}.1`);
  return open(path, 'a');
}
