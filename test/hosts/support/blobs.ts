import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

import { HoneError } from '../../../domain/errors.ts';
import { asId } from '../../../domain/ids.ts';
import type { Digest } from '../../../domain/ids.ts';
import type { CorpusRequest } from '../../../domain/model/collection.ts';
import type { BlobPort } from '../../../domain/ports/blobs.ts';
import type { CorpusPort } from '../../../domain/ports/corpus.ts';

/** A corpus that is not encrypted: what hosts do with it is the same. */
export function makePlainCorpus(blobs: BlobPort): CorpusPort {
  return {
    async requests(_part, digest) {
      const lines = Buffer.from(await blobs.getBytes(digest))
        .toString('utf8')
        .split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as CorpusRequest);
    },
    getData: (digest, path) => blobs.getFile(digest, path),
  };
}

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
