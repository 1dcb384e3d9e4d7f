import type { Finding } from '../document.ts';

/** Shorter values stand in half of all requests by chance. */
const minimumLength = 4;

/**
 * True for a value that tells who is meant wherever else it stands: it is replaced there too, and looked for in what would leave. The number
 * of a coordinate, of a house or of an ordered field says nothing in another place. @param raw normalised
 */
export function isTelling({ kind, shape }: Finding, raw: string): boolean {
  if (raw.length < minimumLength || kind === 'coordinate' || shape.form === 'ordered') return false;
  // A short number of a record is a year, a quantity or a price elsewhere.
  if (kind === 'record' && /^\d{1,5}$/.test(raw)) return false;
  return kind !== 'address' || /^\p{L}{5,}$/u.test(raw);
}
