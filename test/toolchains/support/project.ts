import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { manifestSchema } from '../../../domain/manifest/schema.ts';
import type { Manifest } from '../../../domain/manifest/schema.ts';
import type { BlobRef } from '../../../domain/model/blob.ts';
import type { BuildKind } from '../../../domain/model/build.ts';
import type { BlobPort } from '../../../domain/ports/blobs.ts';
import type { BuildPort, BuildRequest, BuiltBinary, LongCall } from '../../../domain/ports/toolchain.ts';
import { makeBuildPort, makeProfilePort } from '../../../toolchains/index.ts';
import { makeMemoryBlobs } from './blobs.ts';

/** The LLVM version that the tests use. */
export const llvmVersion = 22;

export const longCall = (signal: AbortSignal = new AbortController().signal): LongCall => ({ signal, progress: () => {} });

/** A folder under the system's temporary one, removed by `remove`. */
export async function temporaryFolder(): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'hone-toolchains-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

type ManifestParts = {
  readonly build: Partial<Manifest['build']>;
  readonly toolchain?: Partial<Manifest['toolchain']>;
  readonly source?: Partial<Manifest['source']>;
};

/** A whole manifest around the parts that a build reads. */
export function manifestOf(parts: ManifestParts): Manifest {
  return manifestSchema.parse({
    target: 'sample',
    run: { command: ['{binary}'] },
    drive: { kind: 'command', inputs: [{ name: 'one' }] },
    ...parts,
    build: { command: 'make', binary: 'sample', ...parts.build },
    toolchain: { version: llvmVersion, ...parts.toolchain },
  });
}

/** A build that nobody has made before. */
export function buildAlone(builds: BuildPort, request: BuildRequest, call: LongCall): Promise<BuiltBinary> {
  return builds.exclusively(request, call, (compile) => compile());
}

/** A target's source in a temporary folder, with everything that builds and profiles it. */
export async function openProject(files: Readonly<Record<string, string>>, parts: ManifestParts) {
  const folder = await temporaryFolder();
  const source = join(folder.path, 'project');
  await writeFiles(source, files);
  const blobs: BlobPort = makeMemoryBlobs();
  const manifest = manifestOf(parts);
  const builds = makeBuildPort({ blobs, buildRoot: join(folder.path, 'builds') });
  const profiles = makeProfilePort({ blobs, scratchRoot: join(folder.path, 'scratch'), llvmVersion });
  const request = async (kind: BuildKind, profile: BlobRef | null = null, changed: Manifest = manifest): Promise<BuildRequest> => ({
    targetName: changed.target,
    manifest: changed,
    source: await builds.captureSource(source, changed, longCall()),
    kind,
    profile,
  });
  return {
    ...folder,
    source,
    blobs,
    manifest,
    builds,
    profiles,
    request,
    /** Captures the source as it is now, and builds it. */
    build: async (kind: BuildKind, profile: BlobRef | null = null) => buildAlone(builds, await request(kind, profile), longCall()),
  };
}

export type Project = Awaited<ReturnType<typeof openProject>>;
