import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { asId, type Digest } from '../../domain/ids.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import { corrupt, notADigest, readFailure, writeFailure } from './failures.ts';
import { readFrameSize } from './frame-size.ts';
import { readRange, readVerified, type ByteRange } from './read-blob.ts';
import { makeTemporaryFiles } from './temporary-files.ts';
import { writeWhole } from './write-whole.ts';

export interface FileBlobs extends BlobPort {
  /** Size of the content in bytes, before compression. Throws `blob-missing`, `blob-corrupt`. */
  size(digest: Digest): Promise<number>;
  /**
   * A part of the content, or the whole: then the stream fails with `blob-corrupt` at its end when the content is not what its
   * digest says. Throws `blob-missing`.
   */
  openBlob(digest: Digest, range?: ByteRange): Promise<Readable>;
}

const digestForm = /^[0-9a-f]{64}$/;

/**
 * Blobs as files that the `zstd` program can read: `<directory>/ab/<digest>.zst`. Written beside, flushed to the disk and
 * renamed, so that a file of that name is whole. Content streams through but for the `…Bytes` verbs.
 */
export function makeFileBlobs({ directory }: { readonly directory: string }): FileBlobs {
  const temporary = makeTemporaryFiles(path.join(directory, 'incoming'));
  const pathOf = (digest: Digest) => {
    if (!digestForm.test(digest)) throw notADigest(digest);
    return path.join(directory, digest.slice(0, 2), `${digest}.zst`);
  };
  const has = async (digest: Digest) => isThere(pathOf(digest));
  const size = async (digest: Digest) => {
    const sizeBytes = await readFrameSize(pathOf(digest)).catch((error: unknown) => {
      throw readFailure(error, digest, pathOf(digest));
    });
    if (sizeBytes === null) throw corrupt(digest, pathOf(digest));
    return sizeBytes;
  };
  const openBlob = async (digest: Digest, range?: ByteRange) => {
    await size(digest); // a missing blob is an error now, not in the middle of an answer
    const content = range === undefined ? readVerified(pathOf(digest), digest) : readRange(pathOf(digest), digest, range);
    return Readable.from(content, { objectMode: false });
  };
  const put = async (source: Readable, sizeBytes: number): Promise<BlobRef> => {
    try {
      return await writeWhole(
        await temporary.next(),
        async (file) => ({ digest: await compressInto(file, source, sizeBytes), sizeBytes }),
        async ({ digest }) => ((await has(digest)) ? null : makeFolderOf(pathOf(digest))),
      );
    } catch (error) {
      throw writeFailure(error, directory);
    } finally {
      source.destroy();
    }
  };
  return {
    putFile: async (file) => put(createReadStream(file), (await stat(file)).size),
    putBytes: (content) => put(Readable.from([content]), content.byteLength),
    getFile: async (digest, file) => {
      const content = await openBlob(digest);
      const beside = `${file}.${path.basename(await temporary.next())}`;
      await writeWhole(
        beside,
        (part) => pipeline(content, part),
        async () => file,
      );
    },
    getBytes: async (digest) => Buffer.concat((await (await openBlob(digest)).toArray()) as Buffer[]),
    has,
    size,
    openBlob,
  };
}

/** Compresses and hashes in one pass. The size goes into the frame's header; zstd refuses content of another length. */
async function compressInto(file: NodeJS.WritableStream, source: Readable, sizeBytes: number): Promise<Digest> {
  const hash = createHash('sha256');
  const hashed = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_contentSizeFlag]: 1 };
  await pipeline(source, hashed, createZstdCompress({ params, pledgedSrcSize: sizeBytes }), file);
  return asId<Digest>(hash.digest('hex'));
}

async function makeFolderOf(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  return file;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
