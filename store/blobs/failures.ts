import { HoneError } from '../../domain/errors.ts';
import type { Digest } from '../../domain/ids.ts';

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Turns a full disk into `disk-full`; everything else stays as it is. */
export function writeFailure(error: unknown, path: string): unknown {
  if (!fullCodes.has(codeOf(error))) return error;
  return new HoneError(
    'disk-full',
    `There is no room left to write ${path} (${codeOf(error)}). Nothing half-written was left.`,
    'Free space on that file system or raise its quota; the call may be repeated.',
    { cause: error },
  );
}

/** Turns what reading a stored blob may meet into `blob-missing` or `blob-corrupt`. */
export function readFailure(error: unknown, digest: Digest, path: string): unknown {
  const code = codeOf(error);
  if (code === 'ENOENT') return missing(digest, path, error);
  return code.startsWith('ZSTD_') || code.startsWith('Z_') ? corrupt(digest, path, error) : error;
}

function missing(digest: Digest, path: string, cause: unknown): HoneError {
  return new HoneError(
    'blob-missing',
    `The content ${digest} is not stored: there is no file ${path}.`,
    'Restore the blob directory from its backup, or run the step that makes this content again.',
    { cause },
  );
}

export function corrupt(digest: Digest, path: string, cause?: unknown): HoneError {
  return new HoneError(
    'blob-corrupt',
    `The stored content ${digest} is damaged: ${path} does not hold what its name says.`,
    'Check the disk, then restore that file from a backup, or remove it and run the step that makes this content again.',
    { cause },
  );
}

export function notADigest(digest: string): HoneError {
  return new HoneError(
    'input-invalid',
    `"${digest.slice(0, 80)}" is not a digest.`,
    'A digest is a SHA-256 in lower-case hexadecimal: 64 characters.',
  );
}
