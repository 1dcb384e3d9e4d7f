import type { CancelSignal } from './signal.ts';
import type { Digest } from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { BlobRef } from '../model/blob.ts';
import type { BuildKind, ProgramFiles, SourceRef, ToolchainRef } from '../model/build.ts';
import type { CodeDrift } from '../model/freshness.ts';
import type { ProfileSummary, SourceMatch } from '../model/profile.ts';

export interface LongCall {
  readonly signal: CancelSignal;
  /** Called at least every few seconds while the call is alive. */
  readonly progress: (message: string) => void;
}

export interface BuildRequest {
  readonly targetName: string;
  readonly manifest: Manifest;
  readonly source: SourceRef;
  readonly kind: BuildKind;
  /** The merged profile of an optimised build; null otherwise. */
  readonly profile: BlobRef | null;
}

/** What decides a build: equal keys, equal builds. */
export interface BuildPlan {
  readonly key: Digest;
  readonly toolchain: ToolchainRef;
  readonly flags: readonly string[];
}

export interface BuiltBinary extends ProgramFiles {
  readonly elfBuildId: string;
  readonly textBytes: number;
  readonly seconds: number;
  /** What the compiler said of the profile; null for a build without one. */
  readonly sourceMatch: SourceMatch | null;
}

/** Builds a target's phases, each at the target's one fixed path. */
export interface BuildPort {
  /** Reads the source directory and what the manifest includes into one archive. Throws `source-unreadable`. */
  captureSource(directory: string, manifest: Manifest, call: LongCall): Promise<SourceRef>;
  plan(request: BuildRequest): Promise<BuildPlan>;
  /**
   * Runs `step` while nothing else on this machine builds the target, so that what it asks of the store cannot have changed before it
   * compiles or keeps what it compiled. `compile` throws `build-failed` with the command and the compiler's last lines,
   * `binary-missing` (also for a library), `tool-missing`.
   */
  exclusively<Result>(
    request: BuildRequest,
    call: LongCall,
    step: (compile: () => Promise<BuiltBinary>) => Promise<Result>,
  ): Promise<Result>;
}

export interface WeightedProfile {
  readonly profile: BlobRef;
  /** At least 1. */
  readonly weight: number;
}

/** What LLVM's profile tools know, without rewriting them. */
export interface ProfilePort {
  /** Merges raw profiles into an indexed one. Throws `profile-rejected` when one is damaged, `profile-tool-failed` for anything else. */
  merge(raw: readonly WeightedProfile[], call: LongCall): Promise<{ readonly profile: BlobRef; readonly summary: ProfileSummary }>;
  /**
   * Compares an indexed profile with an instrumented build of the source as it is now, function by function, by name and CFG hash. Throws
   * `profile-tool-failed`, `input-invalid` for a build without counters.
   */
  codeDrift(profile: BlobRef, instrumented: ProgramFiles, call: LongCall): Promise<Omit<CodeDrift, 'source' | 'toolchain'>>;
  /** Overlap of two indexed or raw profiles, 0..1 (`llvm-profdata overlap`). */
  overlap(left: BlobRef, right: BlobRef, call: LongCall): Promise<number>;
}
