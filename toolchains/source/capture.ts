import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { SourceRef } from '../../domain/model/build.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { LongCall } from '../../domain/ports/toolchain.ts';
import { onDisk } from '../disk.ts';
import { writeArchive } from './archive.ts';
import { listSource } from './entries.ts';

/**
 * Stores a source snapshot as one tar archive. `directory` is the manifest's folder; `scratchRoot` takes the archive while it
 * is written. Throws `source-unreadable`, `disk-full`.
 */
export async function captureSource(
  settings: { readonly blobs: BlobPort; readonly scratchRoot: string },
  directory: string,
  manifest: Manifest,
  call: LongCall,
): Promise<SourceRef> {
  call.progress('reading the source');
  const entries = await listSource(directory, manifest.source, call.signal);
  return onDisk(`storing the source of ${manifest.target}`, async () => {
    await mkdir(settings.scratchRoot, { recursive: true });
    const scratch = await mkdtemp(join(settings.scratchRoot, 'source-'));
    try {
      const path = join(scratch, 'source.tar');
      const digest = await writeArchive(entries, path, call.signal);
      const archive = await settings.blobs.putFile(path);
      return { digest, archive, files: entries.filter((entry) => entry.kind !== 'folder').length };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
}
