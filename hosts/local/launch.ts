import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';

import { exitProfilePattern } from './exit-profiles.ts';
import { fillPlaceholders } from './instance-folder.ts';
import type { InstanceFolder } from './instance-folder.ts';
import { missingTool, standardPath } from './run-tool.ts';
import type { InstanceId } from '../../domain/ids.ts';
import type { Manifest } from '../../domain/manifest/schema.ts';
import type { BuildLibrary } from '../../domain/model/build.ts';
import { libraryPath } from '../../domain/rules/program-layout.ts';

/** How a program ended. */
export interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How an ended program is described to people. */
export function describeExit(exit: ProgramExit | null): string {
  if (exit === null) return 'ended with its worker';
  return exit.signal === null ? `ended with exit code ${exit.code}` : `was ended by ${exit.signal}`;
}

/** A program that this worker started and whose end it will learn. */
export interface LaunchedProgram {
  readonly pid: number;
  readonly exited: Promise<ProgramExit>;
  /** Null while it runs. */
  exit(): ProgramExit | null;
}

/** The variable by which sweep and stop find what an instance forked, whatever group it is in; see members.ts for those that lose it. */
export const instanceVariable = 'HONE_INSTANCE';

interface LaunchOptions {
  readonly instanceId: InstanceId;
  readonly manifest: Manifest;
  readonly libraries: readonly BuildLibrary[];
  readonly folder: InstanceFolder;
  readonly port: number | null;
  readonly core: number | null;
  readonly instrumented: boolean;
}

/** What an instance's environment is: the manifest's, and nothing of the worker's. */
export function instanceEnvironment(options: Omit<LaunchOptions, 'core'>): Record<string, string> {
  const { folder, libraries } = options;
  const own = Object.fromEntries(
    Object.entries(options.manifest.run.environment).map(([key, value]) => [key, fillPlaceholders(value, folder, options.port)]),
  );
  return {
    PATH: standardPath,
    HOME: folder.data,
    LANG: 'C.UTF-8',
    ...own,
    ...(libraries.length > 0 ? { LD_LIBRARY_PATH: libraryPath(folder.program, libraries, own['LD_LIBRARY_PATH']) } : {}),
    ...(options.instrumented ? { HONE_AGENT_DIRECTORY: folder.agent, LLVM_PROFILE_FILE: exitProfilePattern(folder.agent) } : {}),
    [instanceVariable]: options.instanceId,
  };
}

/** The prefix that ends a program with its worker and pins it to a core. */
export function launchPrefix(core: number | null): readonly [string, ...string[]] {
  return ['setpriv', '--pdeathsig', 'KILL', ...(core === null ? [] : ['taskset', '-c', String(core)])];
}

/** Starts the manifest's run command in a process group of its own, its output in the instance's log. Throws `tool-missing`. */
export async function launchProgram(options: LaunchOptions): Promise<LaunchedProgram> {
  const [tool, ...prefix] = launchPrefix(options.core);
  const words = options.manifest.run.command.map((word) => fillPlaceholders(word, options.folder, options.port));
  const log = await open(options.folder.log, 'a');
  try {
    const child = spawn(tool, [...prefix, ...words], {
      cwd: options.folder.data,
      env: instanceEnvironment(options),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    let exit: ProgramExit | null = null;
    const exited = new Promise<ProgramExit>((resolve) => {
      child.once('exit', (code, signal) => {
        exit = { code, signal };
        resolve(exit);
      });
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause: NodeJS.ErrnoException) => reject(cause.code === 'ENOENT' ? missingTool(tool) : cause));
    });
    return { pid: child.pid ?? 0, exited, exit: () => exit };
  } finally {
    await log.close();
  }
}
