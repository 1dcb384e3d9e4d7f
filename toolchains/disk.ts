import { HoneError } from '../domain/errors.ts';

/** Turns the system's "no space left" into `disk-full`; every other error passes unchanged. `what` names what was being written. */
function diskError(error: unknown, what: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return diskFull(what, error);
}

/** True when a tool's own words say that the disk is full. */
export function saysDiskFull(lines: readonly string[]): boolean {
  return lines.some((line) => /No space left on device|Disk quota exceeded/.test(line));
}

export function diskFull(what: string, cause?: unknown): HoneError {
  return new HoneError(
    'disk-full',
    `No space left on the disk while ${what}.`,
    'Free some space (old builds and profiles) and try again.',
    {
      cause,
    },
  );
}

/** Runs a step that writes, and maps a full disk to `disk-full`. */
export async function onDisk<Result>(what: string, step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    throw diskError(error, what);
  }
}
