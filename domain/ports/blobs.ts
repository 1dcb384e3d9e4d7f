import type { Digest } from '../ids.ts';
import type { BlobRef } from '../model/blob.ts';

/** Content-addressed, immutable bytes. A put of bytes that are there already changes nothing. */
export interface BlobPort {
  /** Stores a file's content; the file stays where it is. Throws `disk-full` and leaves nothing half-written. */
  putFile(path: string): Promise<BlobRef>;
  putBytes(content: Uint8Array): Promise<BlobRef>;
  /** Writes the content to `path` (replacing it at once, never half) and verifies the digest. Throws `blob-missing`, `blob-corrupt`. */
  getFile(digest: Digest, path: string): Promise<void>;
  getBytes(digest: Digest): Promise<Uint8Array>;
  has(digest: Digest): Promise<boolean>;
}
