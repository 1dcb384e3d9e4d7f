import type { Digest } from '../ids.ts';
import type { CorpusRequest } from '../model/collection.ts';

/**
 * The stored, encrypted sample of a cycle, opened with the key of its epoch, which the gateway gives for one file at a time. All verbs throw
 * `epoch-destroyed` when the key is gone, `corpus-damaged` for a file that is not what the gateway wrote, `blob-missing`, `gateway-unreachable`.
 */
export interface CorpusPort {
  /** The requests of a part in their order. */
  requests(part: 'training' | 'heldOut', digest: Digest): Promise<readonly CorpusRequest[]>;
  /** Writes the prepared data, a tar archive in plain, to `path`; leaves nothing there when it throws. */
  getData(digest: Digest, path: string): Promise<void>;
}
