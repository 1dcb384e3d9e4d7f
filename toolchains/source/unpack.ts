import { mkdir, rm } from 'node:fs/promises';
import { HoneError } from '../../domain/errors.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import { diskFull, onDisk, saysDiskFull } from '../disk.ts';
import { runProcess } from '../process.ts';

/**
 * Makes `folder` hold exactly what a snapshot's archive holds; whatever was there is removed first. Throws `tool-missing`
 * without `tar`, `disk-full`, and what the blob port throws.
 */
export async function unpackSource(
  settings: { readonly blobs: BlobPort; readonly searchPath: string },
  archive: BlobRef,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const packed = `${folder}.tar`;
  await onDisk(`unpacking the source into ${folder}`, async () => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await settings.blobs.getFile(archive.digest, packed);
    try {
      await runTar(['-xf', packed, '-C', folder, '--no-same-owner'], settings.searchPath, signal);
    } finally {
      await rm(packed, { force: true });
    }
  });
}

async function runTar(tarArguments: readonly string[], searchPath: string, signal: AbortSignal): Promise<void> {
  const environment = { PATH: searchPath, LC_ALL: 'C.UTF-8' };
  const result = await runProcess({ command: 'tar', arguments: tarArguments, environment, signal }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new HoneError('tool-missing', `tar not found in ${searchPath}.`, 'Install with: apt-get install tar', { cause: error });
    },
  );
  if (result.exitCode === 0) return;
  if (saysDiskFull(result.lastLines)) throw diskFull('unpacking the source');
  throw new HoneError('source-unreadable', 'The source snapshot cannot be unpacked.', 'Start a new cycle: it takes a new snapshot.', {
    details: result.lastLines.slice(-10),
  });
}
