/** A place of the table of owners as it is saved: its index, the pseudonym's mark, four bytes of the owner's digest. */
const savedWords = 3;

/**
 * What is taken of a session's table of owners (`deidentify/shapes/owners.ts`), so that values whose first pseudonyms met have the same ones after a
 * restart, whichever of them comes first then. Digests and marks; no value and no key.
 */
export function saveOwners(memory: SharedArrayBuffer): Buffer {
  const table = new Uint32Array(memory);
  let count = 0;
  for (let at = 0; at < table.length; at += 2) if (table[at] !== 0) count += 1;
  const saved = new Uint32Array(1 + count * savedWords);
  saved[0] = table.length;
  let next = 1;
  for (let at = 0; at < table.length && next < saved.length; at += 2) {
    const [mark = 0, owner = 0] = [table[at], table[at + 1]];
    // One without an owner is being claimed just now.
    if (mark === 0 || owner === 0) continue;
    saved.set([at, mark, owner], next);
    next += savedWords;
  }
  return Buffer.from(saved.buffer, 0, next * Uint32Array.BYTES_PER_ELEMENT);
}

/** Fills a table that nobody uses yet. What is not of a table of this size, or was cut short, is left: then values meet anew. */
export function restoreOwners(memory: SharedArrayBuffer, saved: Uint8Array): void {
  const table = new Uint32Array(memory);
  const words = new Uint32Array(Uint8Array.from(saved).buffer, 0, saved.length >>> 2);
  if (words[0] !== table.length) return;
  for (let at = 1; at + savedWords <= words.length; at += savedWords) {
    const [place = 0, mark = 0, owner = 0] = words.subarray(at, at + savedWords);
    table[place] = mark;
    table[place + 1] = owner;
  }
}
