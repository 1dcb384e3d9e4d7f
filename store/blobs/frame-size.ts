import { open } from 'node:fs/promises';

const magic = 0xfd2fb528;
/** Magic number, descriptor, window descriptor, dictionary id and content size at their longest. */
const longestHeader = 18;

/**
 * The content size that a zstd frame's header gives, in bytes; null when there is none or the file is no zstd frame.
 * Layout: RFC 8878, section 3.1.1.1.
 */
function frameContentSize(header: Buffer): number | null {
  if (header.length < 6 || header.readUInt32LE(0) !== magic) return null;
  const descriptor = header.readUInt8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const at = 5 + (singleSegment ? 0 : 1) + dictionaryBytes;
  if (sizeBytes === 0 || header.length < at + sizeBytes) return null;
  if (sizeBytes === 8) return Number(header.readBigUInt64LE(at));
  return header.readUIntLE(at, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
}

export async function readFrameSize(path: string): Promise<number | null> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestHeader), 0, longestHeader, 0);
    return frameContentSize(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
