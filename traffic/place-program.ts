import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProgramFiles } from '../domain/model/build.ts';
import type { BlobPort } from '../domain/ports/blobs.ts';
import { programLayout } from '../domain/rules/program-layout.ts';

/**
 * Places a program in a folder and answers its path: under `name` when it is alone, else at its path in the source tree
 * (`binaryPath`) with its libraries at theirs.
 */
export async function placeProgram(
  blobs: BlobPort,
  program: ProgramFiles & { readonly binaryPath: string },
  folder: string,
  name: string,
): Promise<string> {
  const binaryPath = program.libraries.length === 0 ? name : program.binaryPath;
  for (const { path, file } of programLayout(binaryPath, program)) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    await blobs.getFile(file.digest, place);
    await chmod(place, 0o755);
  }
  return join(folder, binaryPath);
}
