import { randomInt } from 'node:crypto';
import type { KeyedHash } from './keyed-hash.ts';

/** The filter's bits and seed, which the threads of a session share. */
export interface RawFilterMemory {
  readonly bits: SharedArrayBuffer;
  readonly seed: number;
}

/**
 * Says of a word that it is no raw value of the session, for a hundredth of what the keyed hash costs; of a raw value it never does. A Bloom filter
 * (Bloom 1970) of fixed size under a seed of its own, in memory only: of a word that may be one, the keyed index has the last word.
 */
export interface RawFilter {
  add(value: string): void;
  /** @param start,end of the word within a text */
  mayHave(text: string, start: number, end: number): boolean;
}

/** 1 MiB: with a million raw values about one word in twenty is looked up for nothing. */
const bits = 1 << 23;

export function makeRawFilterMemory(): RawFilterMemory {
  return { bits: new SharedArrayBuffer(bits / 8), seed: randomInt(0x1_0000_0000) };
}

export function makeRawFilter(memory: RawFilterMemory = makeRawFilterMemory()): RawFilter {
  const { seed } = memory;
  const set = new Uint32Array(memory.bits);
  const second = (hash: number) => Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 9;
  return {
    add(value) {
      const hash = hashOf(value, 0, value.length, seed);
      for (const at of [hash >>> 9, second(hash)]) Atomics.or(set, at >>> 5, 1 << (at & 31));
    },
    mayHave(text, start, end) {
      const hash = hashOf(text, start, end, seed);
      return has(set, hash >>> 9) && has(set, second(hash));
    },
  };
}

function has(set: Uint32Array, at: number): boolean {
  return ((set[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
}

/** FNV-1a over UTF-16 units, in lower case as the keyed index is, from a secret seed. */
function hashOf(text: string, start: number, end: number, seed: number): number {
  let hash = seed;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 128) return hashOfWide(text.slice(start, end).toLowerCase(), seed);
    hash = Math.imul(hash ^ (code >= 0x41 && code <= 0x5a ? code | 0x20 : code), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) >>> 0;
}

function hashOfWide(lower: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < lower.length; index += 1) hash = Math.imul(hash ^ lower.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The same keyed hash; each value that goes into the index goes into the filter too. */
export function notingIndexed(hash: KeyedHash, filter: RawFilter): KeyedHash {
  return (purpose, value) => {
    if (purpose === 'index') filter.add(value);
    return hash(purpose, value);
  };
}
