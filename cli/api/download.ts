import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { Failure } from '../failure.ts';
import type { ApiClient } from './client.ts';

/**
 * Writes an artefact to `file`: beside it first, then in its place at once, and only when its SHA-256 is the one asked for. Throws
 * `blob-corrupt`, and leaves a file that was there before untouched.
 */
export async function downloadArtefact(
  api: ApiClient,
  artefact: { readonly digest: string; readonly executable: boolean },
  file: string,
): Promise<{ readonly sizeBytes: number }> {
  const response = await api.download(`/artefacts/${artefact.digest}`);
  if (response.body === null) throw corrupt(artefact.digest, 'nothing');
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    const { digest, sizeBytes } = await writeAndDigest(response.body, draft, artefact.executable ? 0o755 : 0o644);
    if (digest !== artefact.digest) throw corrupt(artefact.digest, digest);
    await rename(draft, file);
    return { sizeBytes };
  } catch (error) {
    throw error instanceof Failure ? error : writeFailed(file, error);
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeAndDigest(
  body: ReadableStream,
  draft: string,
  mode: number,
): Promise<{ readonly digest: string; readonly sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(body), count, createWriteStream(draft, { mode, flags: 'wx' }));
  return { digest: hash.digest('hex'), sizeBytes };
}

function corrupt(wanted: string, got: string): Failure {
  const message = `What came is not what was asked for: SHA-256 ${got} instead of ${wanted}. Nothing was written.`;
  return new Failure({ code: 'blob-corrupt', message, advice: 'Try again; if it stays so, the store is damaged: look at its log.' });
}

function writeFailed(file: string, cause: unknown): Failure {
  const code = (cause as NodeJS.ErrnoException).code;
  const why = cause instanceof Error ? cause.message : String(cause);
  const full = code === 'ENOSPC';
  return new Failure(
    {
      code: full ? 'disk-full' : 'download-failed',
      message: `${file} could not be written: ${why}.`,
      advice: full
        ? 'Make room, or choose another folder with --output.'
        : 'Check the folder, or choose another with --output; then try again.',
    },
    { cause },
  );
}
