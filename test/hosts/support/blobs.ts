import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

import { HoneError } from '../../../domain/errors.ts';
import { asId } from '../../../domain/ids.ts';
import type { Digest } from '../../../domain/ids.ts';
import type { BlobPort } from '../../../domain/ports/blobs.ts';

/** Blobs in memory. */
export function makeMemoryBlobs(): BlobPort {
  const contents = new Map<Digest, Uint8Array>();
  const get = (digest: Digest): Uint8Array => {
    const content = contents.get(digest);
    if (content === undefined) throw new HoneError('blob-missing', `No blob ${digest}.`, 'Put it first.');
    return content;
  };
  const putBytes: BlobPort['putBytes'] = async (content) => {
    const digest = asId<Digest>(createHash('sha256').update(content).digest('hex'));
    contents.set(digest, content);
    return { digest, sizeBytes: content.byteLength };
  };
  return {
    putBytes,
    putFile: async (path) => putBytes(await readFile(path)),
    getFile: (digest, path) => writeFile(path, get(digest)),
    getBytes: async (digest) => get(digest),
    has: async (digest) => contents.has(digest),
  };
}
