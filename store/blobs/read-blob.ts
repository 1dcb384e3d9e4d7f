import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import type { Digest } from '../../domain/ids.ts';
import { corrupt, readFailure } from './failures.ts';

/** Both ends included, counted in bytes before compression. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The whole content, with the error at its end when it is not what the digest says. */
export async function* readVerified(path: string, digest: Digest): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of decompressed(path, digest)) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== digest) throw corrupt(digest, path);
}

/** A part of the content. What comes before is decompressed and thrown away; what comes after is not read. */
export async function* readRange(path: string, digest: Digest, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const chunk of decompressed(path, digest)) {
    const part = chunk.subarray(Math.max(0, start - position), end + 1 - position);
    position += chunk.length;
    if (part.length > 0) yield part;
    if (position > end) return;
  }
}

async function* decompressed(path: string, digest: Digest): AsyncGenerator<Buffer> {
  const plain = createZstdDecompress();
  const ended = pipeline(createReadStream(path), plain).catch(() => {}); // the same error comes out of `plain`
  try {
    for await (const chunk of plain) yield chunk as Buffer;
  } catch (error) {
    throw readFailure(error, digest, path);
  } finally {
    plain.destroy();
    await ended;
  }
}
