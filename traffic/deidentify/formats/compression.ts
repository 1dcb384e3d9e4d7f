import {
  brotliCompressSync,
  brotliDecompressSync,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';
import { DropRequest } from '../stage.ts';

/** Content codings (RFC 9110, section 8.4.1; br: RFC 7932; zstd: RFC 8878). `deflate-raw` is deflate without zlib's header, which some clients send. */
export type Coding = 'gzip' | 'deflate' | 'deflate-raw' | 'br' | 'zstd';

interface Limits {
  readonly maxOutputLength: number;
}

const codecs: Readonly<Record<Coding, readonly [(bytes: Uint8Array, limits: Limits) => Buffer, (bytes: Uint8Array) => Buffer]>> = {
  gzip: [gunzipSync, gzipSync],
  deflate: [inflateSync, deflateSync],
  'deflate-raw': [inflateRawSync, deflateRawSync],
  br: [brotliDecompressSync, brotliCompressSync],
  zstd: [zstdDecompressSync, zstdCompressSync],
};

/** Text packs to a tenth, repetitive records to a hundredth; deflate's bound is 1032 (zlib's technical details). */
const maximumRatio = 200;
/** Below this size no ratio is a bomb. */
const harmlessBytes = 65_536;

/** The coding of a header `content-encoding`; null for none. Throws {@link DropRequest} `unknown-content-encoding`. */
export function codingOf(header: string | undefined, bytes: Uint8Array): Coding | null {
  const name = header?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return null;
  if (name === 'gzip' || name === 'x-gzip') return 'gzip';
  if (name === 'deflate') return hasZlibHeader(bytes) ? 'deflate' : 'deflate-raw';
  if (name === 'br' || name === 'zstd') return name;
  throw new DropRequest('unknown-content-encoding');
}

/** RFC 1950: method 8, and the first two bytes are a multiple of 31. */
function hasZlibHeader(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 15) === 8 && (first * 256 + second) % 31 === 0;
}

/**
 * Unpacks as much as the limits allow, and stops there: nothing beyond is ever in memory. Throws {@link DropRequest} `body-too-large`
 * or `unreadable-body`.
 */
export function decompress(bytes: Uint8Array, coding: Coding, maximumBytes: number): Buffer {
  const maxOutputLength = Math.max(1, Math.min(maximumBytes, Math.max(harmlessBytes, bytes.byteLength * maximumRatio)));
  try {
    return codecs[coding][0](bytes, { maxOutputLength });
  } catch (error) {
    const isOver = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw new DropRequest(isOver ? 'body-too-large' : 'unreadable-body');
  }
}

/** Packs anew: what stood beside the content (a file's name in gzip's header, bytes behind the end) is gone. */
export function compress(bytes: Uint8Array, coding: Coding): Buffer {
  return codecs[coding][1](bytes);
}
