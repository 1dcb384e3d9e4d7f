import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { ToolchainRef } from '../../domain/model/build.ts';
import { runProcess } from '../process.ts';

/** Where programs are looked for when the caller names no other places. */
export const defaultSearchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The version of a manifest that names none. */
export const defaultLlvmVersion = 22;

const toolPackages = {
  clang: 'clang',
  'clang++': 'clang',
  'ld.lld': 'lld',
  'llvm-ar': 'llvm',
  'llvm-nm': 'llvm',
  'llvm-ranlib': 'llvm',
  'llvm-profdata': 'llvm',
} as const;

export type ToolName = keyof typeof toolPackages;
const toolNames = Object.keys(toolPackages) as ToolName[];

/** One tool as `hone doctor` shows it. */
export interface ToolStatus {
  readonly name: string;
  /** Absolute; null when it was not found. */
  readonly path: string | null;
  /** The tool's own first line about its version; null when it was not found or did not say. */
  readonly version: string | null;
  /** The command that installs it on Debian. */
  readonly install: string;
}

/** The tools of one LLVM version, all found. */
export type Tools = Readonly<Record<ToolName, string>>;

/** Looks for every tool of a major version of LLVM, and for `tar`. Never throws for a missing one. */
export async function findTools(version: number, searchPath: string = defaultSearchPath): Promise<readonly ToolStatus[]> {
  const llvm = toolNames.map(async (name) => {
    const path = await locateTool(name, version, searchPath);
    const versionLine = path && (await readVersion(path, name.startsWith('llvm-') ? 'LLVM version' : ''));
    return { name: `${name} ${version}`, path, version: versionLine, install: installCommand(version) };
  });
  const tarPath = await firstExecutable(searchPath.split(':').map((folder) => join(folder, 'tar')));
  const tar = { name: 'tar', path: tarPath, version: tarPath && (await readVersion(tarPath, '')), install: 'apt-get install tar' };
  return [...(await Promise.all(llvm)), tar];
}

/** The paths of every tool of a major version. Throws `tool-missing` with the command that installs what is missing. */
export async function requireTools(version: number, searchPath: string): Promise<Tools> {
  const located = await Promise.all(toolNames.map(async (name) => [name, await locateTool(name, version, searchPath)] as const));
  const missing = located.filter(([, path]) => path === null).map(([name]) => name);
  if (missing.length > 0) throw toolMissing(missing, version, searchPath);
  return Object.fromEntries(located) as Tools;
}

/** The path of one tool. Throws `tool-missing` with the command that installs it. */
export async function requireTool(name: ToolName, version: number, searchPath: string): Promise<string> {
  const path = await locateTool(name, version, searchPath);
  if (path === null) throw toolMissing([name], version, searchPath);
  return path;
}

/** The compiler as it names itself. Throws `tool-missing` when the program is of another version or is no clang. */
export async function readToolchain(clang: string, version: number, signal: AbortSignal): Promise<ToolchainRef> {
  const result = await runProcess({ command: clang, arguments: ['--version'], environment: {}, signal, timeoutSeconds: 30 });
  const identity = result.lastLines.find((line) => line.includes('clang version')) ?? '';
  const found = /clang version (\d+(?:\.\d+)*)/.exec(identity)?.[1];
  if (found === undefined || Number(found.split('.')[0]) !== version) {
    throw new HoneError(
      'tool-missing',
      `${clang} is not clang ${version}: it says "${identity || result.lastLines[0] || 'nothing'}".`,
      `Install it with: ${installCommand(version)}`,
    );
  }
  return { kind: 'clang', version: found, identity };
}

async function locateTool(name: ToolName, version: number, searchPath: string): Promise<string | null> {
  const folders = searchPath.split(':').filter((folder) => folder !== '');
  return firstExecutable([
    join(`/usr/lib/llvm-${version}/bin`, name),
    ...folders.map((folder) => join(folder, `${name}-${version}`)),
    join(`/usr/local/opt/llvm@${version}/bin`, name),
  ]);
}

async function firstExecutable(candidates: readonly string[]): Promise<string | null> {
  for (const path of candidates) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return null;
}

async function readVersion(path: string, wanted: string): Promise<string | null> {
  const settings = { arguments: ['--version'], environment: {}, signal: new AbortController().signal, timeoutSeconds: 30 };
  const result = await runProcess({ command: path, ...settings }).catch(() => null);
  const lines = result?.lastLines ?? [];
  return (lines.find((line) => wanted !== '' && line.includes(wanted)) ?? lines.find((line) => line.trim() !== ''))?.trim() ?? null;
}

/** The last holds the profiling runtime, which clang only recommends. */
function installCommand(version: number): string {
  return `apt-get install clang-${version} lld-${version} llvm-${version} libclang-rt-${version}-dev`;
}

function toolMissing(names: readonly string[], version: number, searchPath: string): HoneError {
  return new HoneError(
    'tool-missing',
    `${names.join(', ')} of LLVM ${version} not found in /usr/lib/llvm-${version}/bin or ${searchPath}.`,
    `Install with: ${installCommand(version)} (as root).`,
  );
}
