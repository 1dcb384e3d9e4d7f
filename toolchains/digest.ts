import { createHash } from 'node:crypto';
import { asId } from '../domain/ids.ts';
import type { Digest } from '../domain/ids.ts';

/** SHA-256 of a value's JSON; object keys are taken in their alphabetical order, so that equal values have equal digests. */
export function digestOfJson(value: unknown): Digest {
  return digestOfBytes(JSON.stringify(value, sortKeys));
}

/** SHA-256 of bytes or of a text in UTF-8. */
function digestOfBytes(content: Uint8Array | string): Digest {
  return asId<Digest>(createHash('sha256').update(content).digest('hex'));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
