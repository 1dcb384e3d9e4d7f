import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Compiles a C file of this folder with clang-22 and answers the program's path. */
export async function compile(folder: string, source: string, name: string, flags: readonly string[] = []): Promise<string> {
  const output = join(folder, name);
  await run('clang-22', ['-O1', ...flags, join(import.meta.dirname, source), '-o', output]).catch((error: unknown) => {
    throw new Error('These tests need clang-22: apt-get install clang-22 lld-22 llvm-22', { cause: error });
  });
  return output;
}
