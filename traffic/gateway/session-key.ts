import { randomBytes } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { replaceFile } from '../files.ts';

const keyBytes = 32;

/** Reads the session's pseudonym key, or makes one in a file that only the gateway's user may read. */
export async function openSessionKey(path: string): Promise<Buffer> {
  const found = await readFile(path).catch(() => null);
  if (found?.length === keyBytes) return found;
  const key = randomBytes(keyBytes);
  await replaceFile(path, key, 0o600);
  return key;
}

/**
 * Overwrites and removes the key file and zeroes the buffer it was read into. Node's own copy of the key (`createSecretKey` copies
 * the bytes) stays in the gateway's memory until the closed session is collected as garbage, and a file system that copies on write,
 * or a flash disk, may hold the old bytes: what is promised is that nothing reads the key any more. No error when it is gone.
 */
export async function destroySessionKey(path: string, inMemory: Buffer | null): Promise<void> {
  inMemory?.fill(0);
  const file = await open(path, 'r+').catch(() => null);
  if (file === null) return;
  try {
    await file.write(Buffer.alloc(keyBytes), 0, keyBytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await rm(path, { force: true });
}
