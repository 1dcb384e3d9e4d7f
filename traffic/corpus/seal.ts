import { createCipheriv, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { diskError } from '../files.ts';
import { chunkBytes, chunkPlace, frame, lastMark, makeHeader, type Sealing } from './format.ts';

/** Encrypts one chunk for its place in the file: length, nonce, text, tag. */
function sealChunk(key: Uint8Array, index: number, text: Uint8Array, isLast: boolean): Buffer {
  const lengthWord = (text.byteLength | (isLast ? lastMark : 0)) >>> 0;
  const nonce = randomBytes(frame.nonce);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(chunkPlace(index, lengthWord));
  const length = Buffer.alloc(frame.length);
  length.writeUInt32BE(lengthWord);
  return Buffer.concat([length, nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

/** As many chunks as the text needs, from this place on; none for an empty text. */
export function sealText(key: Uint8Array, firstIndex: number, text: Uint8Array): readonly Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < text.byteLength; at += chunkBytes) {
    chunks.push(sealChunk(key, firstIndex + chunks.length, text.subarray(at, at + chunkBytes), false));
  }
  return chunks;
}

/** The empty chunk that every whole file ends with. */
export function sealEnd(key: Uint8Array, index: number): Buffer {
  return sealChunk(key, index, new Uint8Array(), true);
}

/** Encrypts what a prepare hook wrote. Throws `disk-full`. */
export async function sealData(plainPath: string, sealedPath: string, sealing: Sealing): Promise<void> {
  const header = makeHeader({ ...sealing, part: 'data' });
  const key = await sealing.fileKey(header);
  await sealFile(plainPath, sealedPath, header, key);
  key.fill(0);
}

/** Encrypts a whole file into another, a chunk at a time. Throws `disk-full`. */
export async function sealFile(plainPath: string, sealedPath: string, header: Buffer, key: Uint8Array): Promise<void> {
  try {
    const output = await open(sealedPath, 'wx', 0o600);
    try {
      await output.appendFile(header);
      let index = 0;
      for await (const part of createReadStream(plainPath, { highWaterMark: chunkBytes })) {
        const chunks = sealText(key, index, part as Buffer);
        index += chunks.length;
        for (const chunk of chunks) await output.appendFile(chunk);
      }
      await output.appendFile(sealEnd(key, index));
    } finally {
      await output.close();
    }
  } catch (error) {
    throw diskError(error, sealedPath);
  }
}
