import { makeRawFilterMemory, type RawFilterMemory } from '../deidentify/raw-filter.ts';
import { makeOwnersMemory, type OwnersMemory } from '../deidentify/shapes/owners.ts';
import { makeSeenMemory } from '../deidentify/validate/seen-values.ts';

/**
 * What the threads of a session know together, in shared memory of a fixed size: which pseudonym is whose, and which raw values were seen. Digests
 * and marks of them; no value and no key.
 */
export interface SessionMemory {
  readonly owners: OwnersMemory;
  readonly rawFilter: RawFilterMemory;
  readonly seen: SharedArrayBuffer;
}

export function makeSessionMemory(): SessionMemory {
  return { owners: makeOwnersMemory(), rawFilter: makeRawFilterMemory(), seen: makeSeenMemory() };
}
