import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** Packed content that grows beyond it is not looked into: the request is dropped. */
const maximumOutputLength = 16 << 20;

type Unpack = (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer;

const codings: Readonly<Record<string, readonly Unpack[]>> = {
  gzip: [gunzipSync],
  'x-gzip': [gunzipSync],
  deflate: [inflateSync, inflateRawSync],
  br: [brotliDecompressSync],
  zstd: [zstdDecompressSync],
};

/** What bytes are packed with, by how they begin (RFC 1952, RFC 8878); Brotli has no mark. Null for anything else. */
export function unpack(bytes: Uint8Array): Buffer | null {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return tryAll([gunzipSync], bytes);
  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) return tryAll([zstdDecompressSync], bytes);
  return null;
}

/** The bytes below every coding of a `content-encoding`, the last one first (RFC 9110, 8.4); null when one is not known or does not fit. */
export function unpackCodings(bytes: Buffer, contentEncoding: string): Buffer | null {
  const names = contentEncoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  let content: Buffer | null = bytes;
  for (const name of names.reverse()) content = content === null ? null : tryAll(codings[name] ?? [], content);
  return content;
}

function tryAll(ways: readonly Unpack[], bytes: Uint8Array): Buffer | null {
  for (const way of ways) {
    try {
      return way(bytes, { maxOutputLength: maximumOutputLength });
    } catch {
      // Not this one, or larger than is looked into.
    }
  }
  return null;
}
