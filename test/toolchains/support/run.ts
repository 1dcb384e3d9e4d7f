import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BlobRef } from '../../../domain/model/blob.ts';
import type { Project } from './project.ts';

/** Puts a built program into a file that can be run. */
export async function materialise(project: Project, binary: BlobRef, name: string): Promise<string> {
  const path = join(project.path, name);
  await project.blobs.getFile(binary.digest, path);
  await chmod(path, 0o755);
  return path;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  /** How it ended, and what it said on both streams. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly output: string }>;
  /** Waits for a line of standard output that contains the text. */
  readonly said: (text: string) => Promise<void>;
}

export function startProgram(
  path: string,
  programArguments: readonly string[],
  environment: Readonly<Record<string, string>>,
): RunningProgram {
  const child = spawn(path, programArguments, { env: { ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<{ code: number | null; signal: string | null; output: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
  return { child, ended, said: (text) => until(() => Promise.resolve(output.includes(text)), `"${text}" in the output`) };
}

/** Runs an instrumented program to its end; answers the raw profiles that it wrote. */
export async function runInstrumented(
  project: Project,
  binary: BlobRef,
  programArguments: readonly string[] = [],
): Promise<readonly BlobRef[]> {
  const folder = join(project.path, `raw-${Math.random().toString(36).slice(2)}`);
  await mkdir(folder);
  const program = await materialise(project, binary, 'instrumented');
  const { code, output } = await startProgram(program, programArguments, { LLVM_PROFILE_FILE: join(folder, '%m.profraw') }).ended;
  if (code !== 0) throw new Error(`the instrumented program ended with ${code}: ${output}`);
  return Promise.all((await readdir(folder)).sort().map((name) => project.blobs.putFile(join(folder, name))));
}

/** Bounded polling of what another process does. */
export async function until(holds: () => Promise<boolean>, what: string, seconds = 10): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await delay(10);
  }
}
