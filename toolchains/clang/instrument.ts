import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoneError } from '../../domain/errors.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { ToolchainRef } from '../../domain/model/build.ts';
import { digestOfJson } from '../digest.ts';
import { diskFull, onDisk, saysDiskFull } from '../disk.ts';
import { runProcess } from '../process.ts';
import { machineFlags } from './flags.ts';
import type { KindFlags } from './flags.ts';

const agentSource = fileURLToPath(new URL('./agent/agent.c', import.meta.url));

/** The section that every instrumented object carries; a program without it was built without CFLAGS. */
export const counterSection = '__llvm_prf_cnts';

/**
 * What an instrumented build adds: IR-level counters, not atomic (an instrumented instance is pinned to one core; on one core plain counters
 * lose next to nothing and atomic ones cost four to five times more), and the collection agent. The agent goes in by `-Wl,`, which libtool passes on
 * where it would refuse an object file.
 */
export function instrumentedFlags(agentObject: string): KindFlags {
  const counters = ['-fprofile-generate', '-fprofile-update=single'];
  return { compile: counters, link: [...counters, '-pthread', `-Wl,${agentObject}`], driverEdits: [] };
}

/** Where the collection agent's object is, or will be: its name is the digest of all that decides its content. */
export async function agentObjectPath(buildRoot: string, toolchain: ToolchainRef, manifest: Manifest): Promise<string> {
  const source = await readFile(agentSource, 'utf8');
  const digest = digestOfJson([source, toolchain.identity, machineFlags(manifest.toolchain.flags)]);
  return join(buildRoot, 'agent', `${digest.slice(0, 32)}.o`);
}

/** Compiles the collection agent once. Throws `build-failed` with the compiler's words, `disk-full`. */
export async function compileAgent(
  objectPath: string,
  settings: { readonly clang: string; readonly manifest: Manifest; readonly searchPath: string; readonly signal: AbortSignal },
): Promise<void> {
  if (await exists(objectPath)) return;
  const made = `${objectPath}.${process.pid}`;
  const compileArguments = ['-O2', '-fPIC', '-pthread', ...machineFlags(settings.manifest.toolchain.flags), '-c', agentSource, '-o', made];
  await onDisk('compiling the collection agent', async () => {
    await mkdir(join(objectPath, '..'), { recursive: true });
    const environment = { PATH: settings.searchPath };
    const { signal } = settings;
    const result = await runProcess({ command: settings.clang, arguments: compileArguments, environment, signal, timeoutSeconds: 60 });
    if (result.exitCode === 0) return rename(made, objectPath);
    await rm(made, { force: true });
    if (saysDiskFull(result.lastLines)) throw diskFull('compiling the collection agent');
    throw new HoneError(
      'build-failed',
      `The collection agent does not compile with ${settings.clang}.`,
      'It needs the C library headers of the target machine: apt-get install libc6-dev, or correct --sysroot and --target in toolchain.flags.',
      { details: [`${settings.clang} ${compileArguments.join(' ')}`, ...result.lastLines.slice(-20)] },
    );
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
