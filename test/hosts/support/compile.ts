import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const agentSource = join(import.meta.dirname, '../../../toolchains/clang/agent/agent.c');

async function clang(words: readonly string[]): Promise<void> {
  await run('clang-22', words).catch((error: unknown) => {
    throw new Error('These tests need clang-22: apt-get install clang-22 lld-22 llvm-22 libclang-rt-22-dev', { cause: error });
  });
}

/** Compiles a C file of this folder with clang-22 and answers the program's path. */
export async function compile(folder: string, source: string, name: string, flags: readonly string[] = []): Promise<string> {
  const output = join(folder, name);
  await clang(['-O1', ...flags, join(import.meta.dirname, source), '-o', output]);
  return output;
}

/** The same with counters and the collection agent. */
export async function compileInstrumented(folder: string, source: string, name: string, flags: readonly string[] = []): Promise<string> {
  const agent = join(folder, `${name}-agent.o`);
  await clang(['-O2', '-pthread', '-c', agentSource, '-o', agent]);
  return compile(folder, source, name, ['-fprofile-generate', '-pthread', agent, ...flags]);
}
