import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BuildLibrary } from '../../domain/model/build.ts';

const deletedMark = ' (deleted)';

/**
 * What a running process has loaded that is none of the libraries it should have: a sentence about the first mapped file (proc_pid_maps(5))
 * that has a library's name and another build ID, or is no longer on disk; null when there is none. A library that is not
 * mapped says nothing: the program may open it later.
 */
export async function foreignLibrary(
  pid: number,
  libraries: readonly BuildLibrary[],
  buildIdOfFile: (path: string) => Promise<string | null>,
): Promise<string | null> {
  if (libraries.length === 0) return null;
  const expected = new Map(libraries.map(({ path, elfBuildId }) => [basename(path), elfBuildId]));
  for (const mapped of await mappedFiles(pid)) {
    const isGone = mapped.endsWith(deletedMark);
    const path = isGone ? mapped.slice(0, -deletedMark.length) : mapped;
    const wanted = expected.get(basename(path));
    if (wanted === undefined) continue;
    if (isGone) return `has loaded a ${path} that is no longer on disk`;
    // In the process's own view of the file system: it may run in a container.
    const found = await buildIdOfFile(`/proc/${pid}/root${path}`);
    if (found !== wanted) return `has loaded ${path} of build ${found ?? 'unknown'}, not ${wanted}`;
  }
  return null;
}

/** The paths of the files mapped by a process, each once; none when it is gone. */
async function mappedFiles(pid: number): Promise<ReadonlySet<string>> {
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8').catch(() => '');
  // Address, permissions, offset, device, inode, path.
  const paths = maps.split('\n').map((line) => /^\S+ \S+ \S+ \S+ \d+\s+(\/.*)$/.exec(line)?.[1]);
  return new Set(paths.filter((path) => path !== undefined));
}
