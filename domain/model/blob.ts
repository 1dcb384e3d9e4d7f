import type { Digest } from '../ids.ts';

/** Names stored bytes: profiles and binaries travel as these, never as payloads. */
export interface BlobRef {
  /** SHA-256 of the content as it was given, before compression. */
  readonly digest: Digest;
  readonly sizeBytes: number;
}
