import type { Digest } from '../domain/ids.ts';

export const artefactPrefix = '/artefacts/';

/** Where an artefact is downloaded, below the API's address. */
export function artefactPath(digest: Digest): string {
  return `${artefactPrefix}${digest}`;
}
