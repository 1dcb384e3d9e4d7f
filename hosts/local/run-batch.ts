import { spawn } from 'node:child_process';
import { mkdir, open, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import type { InstanceFolder } from './instance-folder.ts';
import { launchPrefix } from './launch.ts';
import { missingTool } from './run-tool.ts';
import { HoneError } from '../../domain/errors.ts';

/** One run of a program to its end. */
export interface BatchRun {
  /** Program and arguments. */
  readonly words: readonly string[];
  readonly stdinPath: string;
  readonly stdoutPath: string;
  /** LLVM_PROFILE_FILE of this run; null: not set. */
  readonly profilePattern: string | null;
  /** Files that it writes, relative to its working directory: removed before it, and afterwards moved to `keptAs`, in the place of what is there; null: removed. */
  readonly outputs: readonly { readonly path: string; readonly keptAs: string | null }[];
}

/** How a run ended and what it cost, its children that it waited for included. */
export interface BatchResult {
  readonly code: number;
  /** The number of the signal that ended it; 0: none. */
  readonly signalNumber: number;
  /** From wait4: exact to a microsecond on x64 and arm64, in ticks of 10 ms elsewhere. */
  readonly cpuNanoseconds: number;
  /** At least that of the small wrapper before it becomes the program; 0 where wait4 is not used. */
  readonly maximumResidentBytes: number;
  /** From the fork to the end; 0 where neither x64 nor arm64 runs. */
  readonly wallNanoseconds: number;
}

export interface BatchOptions {
  readonly runs: readonly BatchRun[];
  readonly folder: InstanceFolder;
  /** Names the batch's files inside the folder. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly core: number | null;
  /** A single run may take so long. */
  readonly limitSeconds: number;
  readonly onResult: (index: number, result: BatchResult) => void;
  readonly signal: AbortSignal;
}

/** Numbers of wait4, prctl and clock_gettime; elsewhere the wrapper falls back to clock ticks, and to no wall time. */
const systemCalls: Readonly<Record<string, readonly [string, string, string]>> = {
  x64: ['61', '157', '228'],
  arm64: ['260', '167', '113'],
};

const encode = (word: string): string =>
  `=${Buffer.from(word)
    .toString('latin1')
    .replaceAll(/[^A-Za-z0-9_./-]/g, percent)}`;
const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

function parseResult(line: string): BatchResult {
  const [code = 0, signalNumber = 0, cpuNanoseconds = 0, kilobytes = 0, wallNanoseconds = 0] = line.split(' ').map(Number);
  return { code, signalNumber, cpuNanoseconds, maximumResidentBytes: kilobytes * 1024, wallNanoseconds };
}

/** A run as the wrapper reads it. */
function wordsOf({ stdinPath, stdoutPath, profilePattern, outputs, words }: BatchRun): readonly string[] {
  const files = outputs.flatMap(({ path, keptAs }) => [path, keptAs ?? '']);
  return [stdinPath, stdoutPath, profilePattern ?? '', String(outputs.length), ...files, ...words];
}

async function makeOutputFolders({ runs, folder }: BatchOptions): Promise<void> {
  const folders = new Set(runs.flatMap(({ outputs }) => outputs.map(({ path }) => dirname(path))));
  for (const path of folders) await mkdir(join(folder.data, path), { recursive: true });
}

async function spawnWrapper(options: BatchOptions, plan: FileHandle, log: FileHandle): Promise<ReturnType<typeof spawn>> {
  const [tool, ...prefix] = launchPrefix(options.core);
  const script = join(import.meta.dirname, 'run-batch.pl');
  const child = spawn(tool, [...prefix, 'perl', script, ...(systemCalls[process.arch] ?? ['0', '0', '0'])], {
    cwd: options.folder.data,
    env: options.environment,
    detached: true,
    stdio: [plan.fd, 'pipe', log.fd],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause: NodeJS.ErrnoException) => reject(cause.code === 'ENOENT' ? missingTool(tool) : cause));
  });
  return child;
}

/**
 * Runs the programs one after the other on one core. Throws `instance-lost` when a run takes too long or the wrapper dies,
 * the signal's reason when it is aborted; the whole process group is gone by then.
 */
export async function runBatch(options: BatchOptions): Promise<readonly BatchResult[]> {
  options.signal.throwIfAborted();
  const planPath = join(options.folder.directory, `${options.name}.plan`);
  await makeOutputFolders(options);
  await writeFile(planPath, options.runs.map((run) => `${wordsOf(run).map(encode).join(' ')}\n`).join(''));
  const [plan, log] = [await open(planPath, 'r'), await open(options.folder.log, 'a')];
  try {
    return await collectResults(await spawnWrapper(options, plan, log), options);
  } finally {
    await Promise.all([plan.close(), log.close()]);
  }
}

async function collectResults(child: ReturnType<typeof spawn>, options: BatchOptions): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  const closed = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  let overdue = false;
  const killGroup = (): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), 'SIGKILL');
  };
  const watch = setTimeout(() => {
    overdue = true;
    killGroup();
  }, options.limitSeconds * 1000);
  options.signal.addEventListener('abort', killGroup, { once: true });
  try {
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      const result = parseResult(line);
      options.onResult(results.length, result);
      results.push(result);
      watch.refresh();
    }
    const code = await closed;
    options.signal.throwIfAborted();
    if (results.length < options.runs.length) throw unfinished(options, results.length, overdue, code);
    return results;
  } finally {
    clearTimeout(watch);
    options.signal.removeEventListener('abort', killGroup);
  }
}

function unfinished(options: BatchOptions, done: number, overdue: boolean, code: number | null): HoneError {
  if (code === 127 && done === 0) return missingTool('perl');
  const words = (options.runs[done]?.words ?? []).join(' ');
  const how = overdue ? `did not end within ${options.limitSeconds} s` : `could not be run (the wrapper ended with exit code ${code})`;
  return new HoneError(
    'instance-lost',
    `Run ${done + 1} of ${options.runs.length} ${how}: ${words}`,
    'Run it by hand, or give it less to do.',
  );
}
