import { markOf, placeOf } from '../fingerprint.ts';

/**
 * Which value has which pseudonym, in memory that threads share and that holds no value: a place per pseudonym, with a mark of it and four
 * bytes of its owner's digest. A place is written once and never freed, by one compare-and-exchange for the pseudonym and one for its owner,
 * so that every thread sees one owner of a pseudonym, whoever came first, and none waits for another, not for one that has died either.
 */
export interface Owners {
  /** Makes the digest's value the pseudonym's owner when it has none; false when another value is. */
  claim(pseudonym: string, digest: Buffer): boolean;
}

/** Some two million values, 24 MiB, of which the system gives what is used. */
const places = 1 << 21;
/** Of a pseudonym and its owner. */
const words = 2;
/** Places that a pseudonym may be at. When all are others' it is nobody's, then and ever after: in a table three quarters full 0.75^64, one in a hundred million. */
const tries = 64;
/** The digest's last bytes: pseudonyms are made of its first. */
const ownerAt = 28;

/** What threads share. */
export interface OwnersMemory {
  readonly table: SharedArrayBuffer;
  /** Which places were claimed, in that order, each plus one; the first word counts them. Whoever keeps the table durably reads it from there instead of looking for what is new. */
  readonly claims: SharedArrayBuffer;
}

/** @param size places of the table, a power of two */
export function makeOwnersMemory(size = places): OwnersMemory {
  const memory = (length: number) => new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT);
  return { table: memory(size * words), claims: memory(size + 1) };
}

export function makeOwners(memory: OwnersMemory): Owners {
  const table = new Uint32Array(memory.table);
  const claims = new Uint32Array(memory.claims);
  const mask = table.length / words - 1;
  return {
    claim(pseudonym, digest) {
      const mark = markOf(pseudonym);
      const first = placeOf(pseudonym);
      const owner = digest.readUInt32LE(ownerAt) || 1;
      for (let step = 0; step < tries; step += 1) {
        // Steps of an odd width of the pseudonym's own (double hashing), so that full places do not grow together.
        const at = ((first + Math.imul(step, mark | 1)) & mask) * words;
        const known = Atomics.load(table, at) || Atomics.compareExchange(table, at, 0, mark) || mark;
        if (known !== mark) continue;
        const before = Atomics.compareExchange(table, at + 1, 0, owner);
        if (before === 0) Atomics.store(claims, Atomics.add(claims, 0, 1) + 1, at + 1);
        return before === 0 || before === owner;
      }
      return true;
    },
  };
}
