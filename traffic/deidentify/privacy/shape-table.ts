/** The classes of body sizes in their order: a name, and the size in bytes below which a body is of it. */
const bodySizeClasses = [
  { name: 'none', below: 1 },
  { name: 'under-1-KiB', below: 1024 },
  { name: 'under-4-KiB', below: 4096 },
  { name: 'under-16-KiB', below: 16_384 },
  { name: 'under-64-KiB', below: 65_536 },
  { name: '64-KiB-and-more', below: Infinity },
] as const;

export const bodySizeNames: readonly string[] = bodySizeClasses.map(({ name }) => name);

function bodySizeClass(bytes: number): number {
  return bodySizeClasses.findIndex(({ below }) => bytes < below);
}

/** Bits of the sketch that counts different targets: good to about five times as many (linear counting). */
export const targetBits = 1024;

/** The exact figures of one shape; they never leave the gateway. */
export interface ShapeRow {
  readonly shape: string;
  readonly count: number;
  /** By class of body size. */
  readonly bodySizes: readonly number[];
  /** Bits that are set in the sketch of different targets. */
  readonly targetBitsSet: number;
}

/** A shape as the gateway's snapshot keeps it: shape, count, counts by body size, the sketch as base64. */
export type StoredShape = readonly [shape: string, count: number, bodySizes: readonly number[], sketch: string];

/** Counts by shape, of a bounded number of shapes. */
export interface ShapeTable {
  readonly capacity: number;
  readonly size: number;
  /** The shape's number; null for one that is not in the table. */
  find(shape: string): number | null;
  /** A number for a shape that is not in the table; null when there is no room. */
  enter(shape: string): number | null;
  add(index: number, request: { readonly bodyBytes: number; readonly targetHash: number }): void;
  rows(): readonly ShapeRow[];
  stored(): readonly StoredShape[];
}

export function makeShapeTable(capacity: number, before: readonly StoredShape[] = []): ShapeTable {
  const indices = new Map<string, number>();
  const entries = before.map(([shape, count, bodySizes, sketch], index) => {
    indices.set(shape, index);
    return { shape, count, bodySizes: [...bodySizes], sketch: new Uint8Array(Buffer.from(sketch, 'base64')) };
  });
  return {
    capacity,
    get size() {
      return entries.length;
    },
    find: (shape) => indices.get(shape) ?? null,
    enter(shape) {
      if (entries.length >= capacity) return null;
      entries.push({ shape, count: 0, bodySizes: bodySizeClasses.map(() => 0), sketch: new Uint8Array(targetBits / 8) });
      indices.set(shape, entries.length - 1);
      return entries.length - 1;
    },
    add(index, { bodyBytes, targetHash }) {
      const entry = entries[index];
      if (entry === undefined) throw new Error(`there is no shape ${index}`);
      entry.count += 1;
      const sizeClass = bodySizeClass(bodyBytes);
      entry.bodySizes[sizeClass] = (entry.bodySizes[sizeClass] ?? 0) + 1;
      setBit(entry.sketch, targetHash % targetBits);
    },
    rows: () => entries.map(({ sketch, ...row }) => ({ ...row, targetBitsSet: bitsSet(sketch) })),
    stored: () => entries.map(({ shape, count, bodySizes, sketch }) => [shape, count, bodySizes, Buffer.from(sketch).toString('base64')]),
  };
}

export function setBit(bits: Uint8Array, index: number): void {
  const byte = index >> 3;
  bits[byte] = (bits[byte] ?? 0) | (1 << (index & 7));
}

export function bitsSet(bits: Uint8Array): number {
  let set = 0;
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) set += 1;
  return set;
}

/**
 * How many different values set so many bits: linear counting (Whang, Vander-Zanden, Taylor 1990), −m ln(1 − set/m); null when almost all
 * are set, and more cannot be told from many more.
 */
export function countOfBits(set: number, bits: number): number | null {
  if (set >= bits * 0.99) return null;
  return Math.max(0, Math.round(-bits * Math.log(1 - Math.max(0, set) / bits)));
}
