import { hash } from 'node:crypto';

/** HMAC-SHA-256 under the key of the session's epoch, one domain per purpose: the same value gives the same digest within an epoch, and none in another. */
export type KeyedHash = (purpose: string, value: string) => Buffer;

/** SHA-256 reads blocks of 64 bytes and gives 32. */
const blockBytes = 64;
const digestBytes = 32;
/** Longer values get a buffer of their own. */
const sharedBytes = 4096;

/**
 * RFC 2104 over Node's one-shot hash: H(K ⊕ opad, H(K ⊕ ipad, text)). `createHmac` makes two objects for every value, which cost more than the
 * hashing; a request has some hundred values.
 * @param key 32 random bytes that live as long as the session
 */
export function makeKeyedHash(key: Uint8Array): KeyedHash {
  if (key.byteLength > blockBytes) throw new RangeError(`A key of ${key.byteLength} bytes is longer than a block.`);
  const inner = padded(key, 0x36, sharedBytes);
  const outer = padded(key, 0x5c, digestBytes);
  // Views of the lengths that occur, so that none is made per value.
  const views = Array.from({ length: 257 }, (_, size) => inner.subarray(0, blockBytes + size));
  // As Latin-1 strings, which Node calls binary: a buffer per digest costs more than the hashing.
  const finish = (block: Buffer): Buffer => {
    outer.write(hash('sha256', block, 'binary'), blockBytes, digestBytes, 'latin1');
    return Buffer.from(hash('sha256', outer, 'binary'), 'latin1');
  };
  return (purpose, value) => {
    const message = `${purpose}\0${value}`;
    // A UTF-16 code unit takes three bytes of UTF-8 at most.
    if (message.length * 3 > sharedBytes) return finish(Buffer.concat([inner.subarray(0, blockBytes), Buffer.from(message)]));
    const size = inner.write(message, blockBytes);
    return finish(views[size] ?? inner.subarray(0, blockBytes + size));
  };
}

const onceInner = Buffer.alloc(blockBytes + digestBytes);
const onceOuter = Buffer.alloc(blockBytes + digestBytes);

/**
 * HMAC-SHA-256 under a key of one use, in the way of {@link makeKeyedHash}: what a pseudonym of more than 32 characters goes on with.
 * @param key a block of 64 bytes at most @param message Latin-1, 32 characters at most
 */
export function hmacOnce(key: Uint8Array, message: string): Buffer {
  if (key.byteLength > blockBytes || message.length > digestBytes) throw new RangeError('A key or a message is longer than its block.');
  for (let index = 0; index < blockBytes; index += 1) {
    const byte = key[index] ?? 0;
    onceInner[index] = byte ^ 0x36;
    onceOuter[index] = byte ^ 0x5c;
  }
  const size = onceInner.write(message, blockBytes, 'latin1');
  onceOuter.write(hash('sha256', onceInner.subarray(0, blockBytes + size), 'binary'), blockBytes, digestBytes, 'latin1');
  return Buffer.from(hash('sha256', onceOuter, 'binary'), 'latin1');
}

/** The key's block, every byte of it XORed with the pad's, and room behind it. */
function padded(key: Uint8Array, pad: number, room: number): Buffer {
  const block = Buffer.alloc(blockBytes + room);
  for (let index = 0; index < blockBytes; index += 1) block[index] = (key[index] ?? 0) ^ pad;
  return block;
}
