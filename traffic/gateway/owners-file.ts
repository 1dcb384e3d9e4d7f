import { open, truncate } from 'node:fs/promises';
import { diskError } from '../files.ts';

/** Which pseudonym is whose, in a file that grows: a gateway that is killed finds in it what its requests have shown until then. */
export interface OwnersFile {
  /** Writes what was claimed until now; one call after the other. Throws `disk-full`: what could not be written is written by the next call. */
  append(): Promise<void>;
}

/** @param from bytes of the file that are of use @param take what was claimed since it was last asked */
export function makeOwnersFile(path: string, from: number, take: () => Buffer): OwnersFile {
  let size = from;
  /** Taken and not yet in the file. */
  let waiting: Buffer[] = [];
  let isUnsure = true;
  let running = Promise.resolve();
  const write = async () => {
    const taken = take();
    if (taken.length > 0) waiting.push(taken);
    if (waiting.length === 0) return;
    const bytes = Buffer.concat(waiting);
    waiting = [bytes];
    try {
      const file = await open(path, 'a', 0o600);
      try {
        if (isUnsure) await truncate(path, size);
        isUnsure = true;
        await file.appendFile(bytes);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw diskError(error, path);
    }
    isUnsure = false;
    size += bytes.length;
    waiting = [];
  };
  return {
    append() {
      const next = running.then(write);
      running = next.catch(() => undefined);
      return next;
    },
  };
}
