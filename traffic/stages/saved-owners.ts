import type { OwnersMemory } from '../deidentify/shapes/owners.ts';

/** A place of the table of owners as it is saved: its index, the pseudonym's mark, four bytes of the owner's digest. */
const savedWords = 3;
const wordBytes = Uint32Array.BYTES_PER_ELEMENT;

/**
 * What is taken of a session's table of owners (`deidentify/shapes/owners.ts`), so that values whose first pseudonyms met have the same ones after a
 * restart, whichever of them comes first then. Digests and marks; no value and no key.
 */
export interface SavedOwners {
  /** How much of what was saved before is of this table, and stands in it now; what follows it is to be overwritten. Zero: begin anew. */
  readonly restoredBytes: number;
  /** What was claimed since the last call, to be added to what is saved; with what a file begins with when there was nothing before. */
  take(): Buffer;
}

/** Fills a table that nobody uses yet with what was saved of it, and from then on tells what is new. What is of a table of another size is left: then values meet anew. */
export function makeSavedOwners({ table: tableMemory, claims: claimsMemory }: OwnersMemory, saved: Uint8Array | null): SavedOwners {
  const table = new Uint32Array(tableMemory);
  const claims = new Uint32Array(claimsMemory);
  const restoredBytes = saved === null ? 0 : restore(table, saved);
  let begun = restoredBytes > 0;
  let taken = 0;
  return {
    restoredBytes,
    take() {
      const words: number[] = begun ? [] : [table.length];
      begun = true;
      // The first word counts; a claim that is being noted just now is not there yet, and those behind it wait for it.
      for (const last = Math.min(Atomics.load(claims, 0), claims.length - 1); taken < last; taken += 1) {
        const place = Atomics.load(claims, taken + 1) - 1;
        if (place < 0) break;
        words.push(place, Atomics.load(table, place), Atomics.load(table, place + 1));
      }
      return Buffer.from(Uint32Array.from(words).buffer);
    },
  };
}

/** Answers the bytes that were of use: what a kill cut short at the end is left. */
function restore(table: Uint32Array, saved: Uint8Array): number {
  const words = new Uint32Array(Uint8Array.from(saved.subarray(0, saved.length - (saved.length % wordBytes))).buffer);
  if (words[0] !== table.length) return 0;
  let at = 1;
  for (; at + savedWords <= words.length; at += savedWords) {
    const [place = 0, mark = 0, owner = 0] = words.subarray(at, at + savedWords);
    if (place + 1 >= table.length || mark === 0 || owner === 0) break;
    table[place] = mark;
    table[place + 1] = owner;
  }
  return at * wordBytes;
}
