import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { BuildLibrary } from '../../domain/model/build.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { CommandSettings } from './command.ts';
import { readElf } from './elf.ts';

/**
 * Checks the shared objects that the build command should have made (`build.libraries`), and stores them. A name that is a link is
 * followed inside the source tree: what the loader looks for is often one. Throws `binary-missing` naming the path when one is not
 * there, leads outside or is no ELF file, and `build-failed` when it has no build ID. One without counters is taken: it may be hand-written
 * assembly, and the acceptance report says of whom the profile is.
 */
export async function keepLibraries(settings: CommandSettings, blobs: BlobPort): Promise<readonly BuildLibrary[]> {
  const kept: BuildLibrary[] = [];
  for (const path of settings.manifest.build.libraries ?? []) {
    const { file, elfBuildId } = await inspectLibrary(settings, path);
    kept.push({ path, file: await blobs.putFile(file), elfBuildId });
  }
  return kept;
}

async function inspectLibrary(
  { manifest, kind, workspace, environment }: CommandSettings,
  path: string,
): Promise<{ readonly file: string; readonly elfBuildId: string }> {
  const { command } = manifest.build;
  const refused = (what: string, advice: string) => new HoneError('binary-missing', what, advice, { details: [command] });
  const named = join(workspace.source, path);
  const file = await realpath(named).catch(() => null);
  if (file === null || !(await stat(file)).isFile())
    throw refused(
      `The ${kind} build of ${manifest.target} made no library ${named}.`,
      'Correct build.libraries in hone.yaml: paths are relative to the source directory.',
    );
  if (!file.startsWith((await realpath(workspace.source)) + sep))
    throw refused(
      `The library ${named} leads outside of the source tree, to ${file}.`,
      'Name in build.libraries only what the build makes; libraries of the system stay where they are.',
    );
  const elf = await readElf(file);
  if (elf === null)
    throw refused(
      `The library ${named} is no ELF file.`,
      'Name the shared object itself in build.libraries: no archive, no linker script; with libtool the one in the .libs folder.',
    );
  if (elf.buildId === null)
    throw new HoneError(
      'build-failed',
      `The library ${named} has no build ID: the build did not use LDFLAGS.`,
      'Make the build honour LDFLAGS from the environment for libraries too.',
      { details: [command, `LDFLAGS=${environment['LDFLAGS']}`] },
    );
  return { file, elfBuildId: elf.buildId };
}
