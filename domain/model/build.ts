import type { BuildRecordId, Digest, ProfileVersionId, TargetId } from '../ids.ts';
import type { BlobRef } from './blob.ts';

export const buildKinds = ['baseline', 'instrumented', 'optimised'] as const;
export type BuildKind = (typeof buildKinds)[number];

/** A snapshot of a target's source: one archive for every phase of a cycle. */
export interface SourceRef {
  /** Over paths, modes and contents; independent of times and owners. */
  readonly digest: Digest;
  /** A tar archive. */
  readonly archive: BlobRef;
  readonly files: number;
}

/** The compiler that made a build. */
export interface ToolchainRef {
  readonly kind: 'clang';
  /** The whole version, for example `22.1.5`. */
  readonly version: string;
  /** The first line of `clang --version`: two packagings of one version are two toolchains. */
  readonly identity: string;
}

/** A shared object that a build makes for its program (`build.libraries`). */
export interface BuildLibrary {
  /** As the manifest names it: relative to the source directory. */
  readonly path: string;
  readonly file: BlobRef;
  /** The ELF build ID, lower-case hexadecimal. */
  readonly elfBuildId: string;
}

/** The files of a build: what is put where it runs. */
export interface ProgramFiles {
  readonly binary: BlobRef;
  /** In the manifest's order; most programs have none. */
  readonly libraries: readonly BuildLibrary[];
}

/** True when two builds are the same to the byte, so that there is nothing to measure between them. */
export function isSameProgram(left: ProgramFiles, right: ProgramFiles): boolean {
  const contents = ({ binary, libraries }: ProgramFiles) =>
    [binary.digest, ...libraries.map(({ path, file }) => `${path} ${file.digest}`).toSorted()].join('\n');
  return contents(left) === contents(right);
}

/** One binary, with the libraries of its own, made from a target's source. Equal keys mean equal inputs: such a build is made once. */
export interface Build extends ProgramFiles {
  readonly id: BuildRecordId;
  readonly targetId: TargetId;
  readonly kind: BuildKind;
  /** Digest of source, toolchain, flags, build command, environment and profile. */
  readonly key: Digest;
  readonly sourceDigest: Digest;
  readonly toolchain: ToolchainRef;
  readonly flags: readonly string[];
  readonly profileDigest: Digest | null;
  readonly profileVersionId: ProfileVersionId | null;
  /** The ELF build ID (`.note.gnu.build-id`), lower-case hexadecimal. */
  readonly elfBuildId: string;
  /** Size of the program's executable code in bytes (`.text`). */
  readonly textBytes: number;
  /** Wall time of the build command. */
  readonly seconds: number;
  readonly createdAt: string;
}
