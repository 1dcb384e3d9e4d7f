import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Reading } from '../../domain/model/environment.ts';

/** A value that was read, and the file that it was read from. */
export function known<T>(value: T, source: string): Reading<T> {
  return { available: true, value, source };
}

/** A value that this host does not give, and why. */
export function unavailable<T>(reason: string): Reading<T> {
  return { available: false, reason };
}

/** The files below a root folder: `/` on a real host, a fixture tree in a test. */
export interface SensorRoot {
  /** Trimmed text, or why it cannot be read. `path` is absolute, as on a real host. */
  read(path: string): Promise<Reading<string>>;
  /** Sorted names; none when the folder is not there. */
  list(path: string): Promise<readonly string[]>;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  ENODATA: 'has no value now',
  EOPNOTSUPP: 'is not supported by the device',
  EIO: 'gave an input/output error',
};

/** Reads sensors below `root`. */
export function makeSensorRoot(root: string): SensorRoot {
  return {
    async read(path) {
      try {
        return known((await readFile(join(root, path), 'utf8')).trim(), path);
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
        return unavailable(`${path} ${reasons[code] ?? `cannot be read (${code})`}`);
      }
    },
    async list(path) {
      return (await readdir(join(root, path)).catch(() => [])).toSorted((left, right) =>
        left.localeCompare(right, 'en', { numeric: true }),
      );
    },
  };
}

/** Reads a decimal number; unavailable when the file holds none. */
export async function readNumber(root: SensorRoot, path: string): Promise<Reading> {
  const text = await root.read(path);
  if (!text.available) return text;
  const value = Number(text.value);
  return text.value === '' || !Number.isFinite(value) ? unavailable(`${path} holds no number`) : known(value, path);
}

/** Applies a function to a reading's value. */
export function mapReading<From, To>(reading: Reading<From>, map: (value: From) => To): Reading<To> {
  return reading.available ? known(map(reading.value), reading.source) : reading;
}
