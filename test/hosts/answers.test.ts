import { expect, test } from 'vitest';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { makeAnswerDigest } from '../../hosts/evaluation/answers.ts';

const digest = makeAnswerDigest({ compareBodies: true, ignoreJsonFields: ['at'] });
const json = (at: number, name: string) => Buffer.from(JSON.stringify({ name, at }));

/** The same content, packed at another time: bytes 4 to 7 of gzip's header. */
function packedAt(body: Uint8Array, seconds: number): Buffer {
  const packed = gzipSync(body);
  packed.writeUInt32LE(seconds, 4);
  return packed;
}

test('packed answers are compared by what they say', () => {
  expect(digest(200, packedAt(json(1, 'a'), 1_700_000_000))).toBe(digest(200, packedAt(json(2, 'a'), 1_700_000_001)));
  expect(digest(200, zstdCompressSync(json(1, 'a')))).toBe(digest(200, zstdCompressSync(json(2, 'a'))));
  expect(digest(200, packedAt(json(1, 'a'), 1))).not.toBe(digest(200, packedAt(json(1, 'b'), 1)));
});

test('bytes that only begin like a packed answer are compared as they are', () => {
  const broken = (last: number) => Buffer.of(0x1f, 0x8b, 8, 0, last);
  expect(digest(200, broken(1))).toBe(digest(200, broken(1)));
  expect(digest(200, broken(1))).not.toBe(digest(200, broken(2)));
});
