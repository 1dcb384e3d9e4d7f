import { createDecipheriv } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { chunkBytes, chunkPlace, damaged, frame, headerBytes, lastMark, readHeader, type CorpusPart } from './format.ts';

/** Gives the key of a file by its header. Throws `epoch-destroyed`, `not-found`. */
export type FileKeyOf = (header: Uint8Array) => Promise<Uint8Array>;

/** What is expected of a file before its first byte is used. */
export interface UnsealRequest {
  readonly path: string;
  /** For errors: `the held-out corpus`. */
  readonly name: string;
  readonly part: CorpusPart;
  readonly keyOf: FileKeyOf;
}

/**
 * The plain text of a sealed file, a chunk at a time, each only after its tag was found right. Ends after the last chunk; throws
 * `corpus-damaged` where the file is not what was written, also when it ends before its last chunk or goes on after it.
 */
export async function* unsealFile({ path, name, part, keyOf }: UnsealRequest): AsyncGenerator<Buffer, void, void> {
  const header = await readHeaderOf(path);
  const said = header && readHeader(header);
  if (!header || !said) throw damaged(name, 'it does not begin as a sealed corpus');
  if (said.part !== part) throw damaged(name, `it is the part ${said.part} and not ${part}`);
  const key = await keyOf(header);
  const source = createReadStream(path, { start: headerBytes });
  try {
    yield* openChunks(makeReader(source), key, name);
  } finally {
    source.destroy();
  }
}

async function* openChunks(reader: Reader, key: Uint8Array, name: string): AsyncGenerator<Buffer, void, void> {
  for (let index = 0; ; index += 1) {
    const place = `chunk ${index + 1}, byte ${headerBytes + reader.taken()}`;
    const length = await reader.take(frame.length);
    if (length === null) throw damaged(name, `it ends before its last chunk (${place})`);
    const lengthWord = length.readUInt32BE();
    const textBytes = (lengthWord & ~lastMark) >>> 0;
    if (textBytes > chunkBytes) throw damaged(name, `a length is wrong (${place})`);
    const rest = await reader.take(frame.nonce + textBytes + frame.tag);
    if (rest === null) throw damaged(name, `it ends within a chunk (${place})`);
    const text = openChunk(key, index, lengthWord, rest);
    if (text === null) throw damaged(name, `a chunk was changed or is not in its place (${place})`);
    if (text.length > 0) yield text;
    if ((lengthWord & lastMark) === 0) continue;
    if ((await reader.take(1)) !== null) throw damaged(name, `it goes on after its last chunk (byte ${headerBytes + reader.taken() - 1})`);
    return;
  }
}

/** Null when the tag is not right. */
function openChunk(key: Uint8Array, index: number, lengthWord: number, sealed: Buffer): Buffer | null {
  const tagAt = sealed.length - frame.tag;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, frame.nonce), { authTagLength: frame.tag });
  decipher.setAAD(chunkPlace(index, lengthWord));
  decipher.setAuthTag(sealed.subarray(tagAt));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(frame.nonce, tagAt)), decipher.final()]);
  } catch {
    return null;
  }
}

/** The file's first bytes; null when it has fewer. */
export async function readHeaderOf(path: string): Promise<Buffer | null> {
  const file: FileHandle = await open(path, 'r');
  try {
    const header = Buffer.alloc(headerBytes);
    const { bytesRead } = await file.read(header, 0, headerBytes, 0);
    return bytesRead === headerBytes ? header : null;
  } finally {
    await file.close();
  }
}

/** Takes exact numbers of bytes; null when the source ends before. */
interface Reader {
  take(bytes: number): Promise<Buffer | null>;
  taken(): number;
}

function makeReader(source: AsyncIterable<Buffer>): Reader {
  const parts = source[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  let total = 0;
  return {
    taken: () => total,
    async take(bytes) {
      const waiting = [held];
      let size = held.length;
      while (size < bytes) {
        const next = await parts.next();
        if (next.done === true) {
          held = Buffer.concat(waiting);
          return null;
        }
        waiting.push(next.value);
        size += next.value.length;
      }
      const all = waiting.length === 1 ? held : Buffer.concat(waiting);
      held = all.subarray(bytes);
      total += bytes;
      return all.subarray(0, bytes);
    },
  };
}
