import { randomBytes } from 'node:crypto';

/** Uniform bytes. */
export type RandomSource = (count: number) => Uint8Array;

const poolBytes = 16_384;

/** The system's cryptographic source, asked for many bytes at a time; a byte is handed out once. */
export function makeSystemRandom(): RandomSource {
  let pool = new Uint8Array(0);
  let next = 0;
  return (count) => {
    if (count > poolBytes) return randomBytes(count);
    if (next + count > pool.length) {
      pool = randomBytes(poolBytes);
      next = 0;
    }
    next += count;
    return pool.subarray(next - count, next);
  };
}

/** A uniform integer of 0 … bound − 1, by rejection. */
export function uniform(bound: bigint, random: RandomSource): bigint {
  if (bound <= 1n) return 0n;
  const bits = (bound - 1n).toString(2).length;
  const bytes = Math.ceil(bits / 8);
  const mask = (1n << BigInt(bits)) - 1n;
  for (;;) {
    let value = 0n;
    for (const byte of random(bytes)) value = (value << 8n) | BigInt(byte);
    value &= mask;
    if (value < bound) return value;
  }
}
