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

/** One binary made from a target's source. Equal keys mean equal inputs: such a build is made once. */
export interface Build {
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
  readonly binary: BlobRef;
  /** Size of the executable code in bytes (`.text`). */
  readonly textBytes: number;
  /** Wall time of the build command. */
  readonly seconds: number;
  readonly createdAt: string;
}
