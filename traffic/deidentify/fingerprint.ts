/**
 * Where a text stands in a table of shared memory, and the mark that tells it there from others: two 32-bit hashes of different multipliers
 * (Knuth's 2^32/φ, and MurmurHash3's), each mixed as MurmurHash3 ends. Not a secret: what is put into such a table is a keyed digest, or a
 * pseudonym.
 */
export function placeOf(text: string): number {
  return lane(text, 0x9747b28c, 0x9e3779b1);
}

/** Never 0, which is a free place. */
export function markOf(text: string): number {
  return lane(text, 0x41c6ce57, 0xcc9e2d51) || 1;
}

function lane(text: string, seed: number, multiplier: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), multiplier);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
