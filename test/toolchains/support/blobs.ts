import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { HoneError } from '../../../domain/errors.ts';
import { asId } from '../../../domain/ids.ts';
import type { Digest } from '../../../domain/ids.ts';
import type { BlobPort } from '../../../domain/ports/blobs.ts';

/** Blobs in memory: what toolchains need of a blob store, and nothing else. */
export function makeMemoryBlobs(): BlobPort {
  const contents = new Map<Digest, Uint8Array>();
  const putBytes = (content: Uint8Array) => {
    const digest = asId<Digest>(createHash('sha256').update(content).digest('hex'));
    contents.set(digest, content);
    return Promise.resolve({ digest, sizeBytes: content.byteLength });
  };
  const getBytes = (digest: Digest) => {
    const content = contents.get(digest);
    if (content) return Promise.resolve(content);
    return Promise.reject(new HoneError('blob-missing', `No blob ${digest}.`, 'Put it first.'));
  };
  return {
    putFile: async (path) => putBytes(await readFile(path)),
    putBytes,
    getFile: async (digest, path) => {
      const content = await getBytes(digest);
      await writeFile(`${path}.half`, content);
      await rename(`${path}.half`, path);
    },
    getBytes,
    has: (digest) => Promise.resolve(contents.has(digest)),
  };
}
