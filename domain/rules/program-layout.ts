import type { BlobRef } from '../model/blob.ts';
import type { BuildLibrary, ProgramFiles } from '../model/build.ts';

/**
 * Where the files of a program with libraries stand below one folder: each at its path in the source tree, so that a run path
 * with `$ORIGIN` leads from one to the other as it did there. `binaryPath` is the manifest's `build.binary`.
 */
export function programLayout(binaryPath: string, { binary, libraries }: ProgramFiles): readonly { path: string; file: BlobRef }[] {
  return [{ path: binaryPath, file: binary }, ...libraries.map(({ path, file }) => ({ path, file }))];
}

/**
 * `LD_LIBRARY_PATH` for a program placed below `root` by {@link programLayout}, before the `own` one that it has anyway. ld.so asks
 * it before `DT_RUNPATH` (ld.so(8)): a build system's absolute run path names the build folder, where another phase's libraries may lie.
 */
export function libraryPath(root: string, libraries: readonly BuildLibrary[], own: string | undefined): string {
  const folders = new Set(libraries.map(({ path }) => `${root}/${path}`).map((path) => path.slice(0, path.lastIndexOf('/'))));
  return [...folders, ...(own ? [own] : [])].join(':');
}
