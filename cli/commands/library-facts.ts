import type { BuildLibrary } from '../../domain/model/build.ts';
import { size } from '../output/format.ts';

/** A line for each shared object of a build: path, size, build ID, digest. */
export function libraryFacts(libraries: readonly BuildLibrary[]): readonly (readonly [string, string])[] {
  return libraries.map(({ path, elfBuildId, file }) => [
    'library',
    `${path}, ${size(file.sizeBytes)}, build ID ${elfBuildId}, sha256 ${file.digest}`,
  ]);
}
