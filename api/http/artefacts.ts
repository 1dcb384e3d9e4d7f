import { Readable } from 'node:stream';
import { HoneError } from '../../domain/errors.ts';
import { asId, type Digest } from '../../domain/ids.ts';
import type { Store } from '../../domain/ports/store.ts';
import { artefactPrefix } from '../artefact-path.ts';
import { failureAnswer, notFound, wrongMethod } from './answers.ts';
import { readRange, type ByteRange } from './range.ts';

/** What downloads need of the blobs. */
export interface BlobReader {
  /** Size of the content, not of what is stored. Throws `blob-missing`. */
  size(digest: Digest): Promise<number>;
  /** The whole content, verified against its digest while it is read; or its bytes `start` to `end`, both included. */
  openBlob(digest: Digest, range?: ByteRange): Promise<Readable>;
}

const yearSeconds = 31_536_000;

/** Answers GET and HEAD of `/artefacts/DIGEST`: only what some profile version, build or batch report names. */
export function makeArtefacts({ store, blobs }: { store: Pick<Store, 'builds' | 'profiles' | 'batches'>; blobs: BlobReader }) {
  return async (request: Request, path: string): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return wrongMethod(request.method, 'GET, HEAD');
    const name = path.slice(artefactPrefix.length);
    if (!/^[0-9a-f]{64}$/.test(name)) return notFound(path);
    const digest = asId<Digest>(name);
    if (!(await isArtefact(store, digest))) return notFound(path);
    try {
      return await answer(request, digest, blobs);
    } catch (error) {
      if (error instanceof HoneError) return failureAnswer(error.code === 'blob-missing' ? 404 : 500, error.toData());
      throw error;
    }
  };
}

async function isArtefact({ builds, profiles, batches }: Pick<Store, 'builds' | 'profiles' | 'batches'>, digest: Digest): Promise<boolean> {
  return (await profiles.hasDigest(digest)) || (await builds.hasDigest(digest)) || batches.hasDigest(digest);
}

async function answer(request: Request, digest: Digest, blobs: BlobReader): Promise<Response> {
  const sizeBytes = await blobs.size(digest);
  const etag = `"${digest}"`;
  const headers = new Headers({
    etag,
    'repr-digest': `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`,
    'accept-ranges': 'bytes',
    'cache-control': `private, immutable, max-age=${String(yearSeconds)}`,
  });
  if (matches(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  headers.set('content-type', 'application/octet-stream');
  headers.set('content-disposition', `attachment; filename="${digest}"`);
  headers.set('x-content-type-options', 'nosniff');

  const range = rangeOf(request, etag, sizeBytes);
  if (range === 'unsatisfiable') {
    const error = {
      code: 'input-invalid',
      message: `The artefact has ${String(sizeBytes)} bytes.`,
      advice: 'Ask for a range inside of it.',
    };
    return failureAnswer(416, error, { 'content-range': `bytes */${String(sizeBytes)}` });
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  headers.set('content-length', String(end - start + 1));
  if (range) headers.set('content-range', `bytes ${String(start)}-${String(end)}/${String(sizeBytes)}`);
  const status = range ? 206 : 200;
  if (request.method === 'HEAD' || end < start) return new Response(null, { status, headers });
  const content = range ? await blobs.openBlob(digest, range) : await blobs.openBlob(digest);
  return new Response(Readable.toWeb(content) as ReadableStream, { status, headers });
}

/** Ranges are for GET only, and `If-Range` must name the content as it is. */
function rangeOf(request: Request, etag: string, sizeBytes: number): ReturnType<typeof readRange> {
  const ifRange = request.headers.get('if-range');
  if (request.method !== 'GET' || (ifRange !== null && ifRange !== etag)) return null;
  return readRange(request.headers.get('range'), sizeBytes);
}

function matches(header: string | null, etag: string): boolean {
  if (header === null) return false;
  const tags = new Set(header.split(',').map((tag) => tag.trim().replace(/^W\//, '')));
  return tags.has('*') || tags.has(etag);
}
