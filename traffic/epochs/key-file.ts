import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { EpochId } from '../../domain/ids.ts';
import { diskError } from '../files.ts';

/** What an epoch's keys are derived from, and when it was made. */
export interface EpochSecret {
  /** 32 bytes of the system's generator. */
  readonly secret: Buffer;
  readonly createdAt: Date;
}

const magic = Buffer.from('hone-epoch-key/1', 'latin1');
const secretBytes = 32;
const secretAt = magic.length + 8;
const fileBytes = secretAt + secretBytes + 32;
const temporaryEnd = '.new';

/** The folder of the keys, for the gateway's user alone; what a gateway that was killed while it wrote has left is overwritten. */
export async function openKeyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const left = (await readdir(folder)).filter((name) => name.endsWith(temporaryEnd));
  for (const name of left) await eraseFile(join(folder, name));
}

/**
 * The secret in a key file; null when there is none. Throws `input-invalid` for a file that others may read or that is not what was written: a
 * new key in its place would part pseudonyms of one epoch, and hide what happened to the old.
 */
export async function readSecret(path: string, epochId: EpochId): Promise<EpochSecret | null> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) throw refused(path, `can be read by others (mode 0${(mode & 0o777).toString(8)})`);
    const bytes = await file.readFile();
    const isWhole = bytes.length === fileBytes && bytes.subarray(0, magic.length).equals(magic);
    if (!isWhole || !bytes.subarray(secretAt + secretBytes).equals(checksum(bytes, epochId)))
      throw refused(path, 'is damaged, or is of another epoch');
    const createdAt = new Date(Number(bytes.readBigUInt64BE(magic.length)));
    const secret = Buffer.from(bytes.subarray(secretAt, secretAt + secretBytes));
    bytes.fill(0);
    return { secret, createdAt };
  } finally {
    await file.close();
  }
}

/** Makes a secret and its file: beside its place, flushed to the disk and renamed, so that it is there whole or not at all. Throws `disk-full`. */
export async function writeSecret(path: string, epochId: EpochId, createdAt: Date): Promise<EpochSecret> {
  const secret = randomBytes(secretBytes);
  const bytes = Buffer.alloc(fileBytes);
  magic.copy(bytes);
  bytes.writeBigUInt64BE(BigInt(createdAt.getTime()), magic.length);
  secret.copy(bytes, secretAt);
  checksum(bytes, epochId).copy(bytes, secretAt + secretBytes);
  await writeDurably(path, bytes);
  bytes.fill(0);
  return { secret, createdAt };
}

/** Overwrites a file, flushes that to the disk, and removes it. No error when it is gone. */
export async function eraseFile(path: string): Promise<void> {
  const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return;
  try {
    const { size } = await file.stat();
    await file.write(randomBytes(Math.max(size, 1)), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await rm(path, { force: true });
  await syncFolder(path);
}

/** Writes a file of mode 0600 that is there after a loss of power, too. */
export async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}${temporaryEnd}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(path);
  } catch (error) {
    await eraseFile(temporary);
    throw diskError(error, path);
  }
}

/** A record beside the keys; null when there is none. Throws for one that is no JSON. */
export async function readRecord<T>(path: string): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : (JSON.parse(text) as T);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Of everything before it, and of the epoch that it is the key of. */
function checksum(bytes: Buffer, epochId: EpochId): Buffer {
  return createHash('sha256')
    .update(bytes.subarray(0, secretAt + secretBytes))
    .update(epochId)
    .digest();
}

function refused(path: string, how: string): HoneError {
  return new HoneError(
    'input-invalid',
    `The key file ${path} ${how}.`,
    'Begin a new epoch (hone privacy rotate TARGET): its key is made anew, and this one is destroyed. See who could reach the file.',
  );
}
