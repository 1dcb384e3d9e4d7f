import type { Manifest } from '../../domain/manifest/schema.ts';
import { archiveTimeSeconds } from '../source/archive.ts';
import type { Tools } from './tools.ts';
import { buildMarker } from './workspace.ts';
import type { Workspace } from './workspace.ts';

/** The flags of one build, as the build system gets them. */
export interface BuildFlags {
  /** CFLAGS and CXXFLAGS. */
  readonly compile: readonly string[];
  /** LDFLAGS. */
  readonly link: readonly string[];
}

/** What a kind of build adds to the manifest's flags. */
export interface KindFlags extends BuildFlags {
  /** Edits that the clang driver makes to every command (CCC_OVERRIDE_OPTIONS); they change what is said, never the code. */
  readonly driverEdits: readonly string[];
}

/** The baseline's: nothing. */
export const baselineFlags: KindFlags = { compile: [], link: [], driverEdits: [] };

/**
 * The flags of a build: those of the manifest, those of every kind, those of this kind. Link-time optimisation is the same
 * in every kind, so that only the profile differs. `-Qunused-arguments` because build systems pass flags where clang does not need them, which
 * would fail under -Werror.
 */
export function composeFlags(toolchain: Manifest['toolchain'], kind: KindFlags): BuildFlags {
  const everywhere = [...(toolchain.lto === 'thin' ? ['-flto=thin'] : []), '-Qunused-arguments'];
  return {
    compile: [...toolchain.flags, ...everywhere, ...kind.compile],
    link: ['-fuse-ld=lld', '-Wl,--build-id=sha1', ...everywhere, ...toolchain.linkFlags, ...kind.link],
  };
}

/** Flags that decide for which machine code is made: what Hone's own objects must be compiled with, too. */
export function machineFlags(flags: readonly string[]): readonly string[] {
  return flags.filter((flag) => /^(-m(32|64|x32)$|--target=|--sysroot=|-mabi=)/.test(flag));
}

export interface EnvironmentSettings {
  readonly manifest: Manifest;
  readonly tools: Tools;
  readonly flags: BuildFlags;
  readonly driverEdits: readonly string[];
  readonly workspace: Workspace;
  readonly searchPath: string;
}

/**
 * The whole environment of a build command: nothing of the worker's own comes through, so that equal keys mean equal builds.
 * The manifest's `build.environment` wins over everything but what Hone needs to find the compiler's words.
 */
export function buildEnvironment(settings: EnvironmentSettings): Record<string, string> {
  const { tools, flags } = settings;
  return {
    PATH: settings.searchPath,
    HOME: `${settings.workspace.folder}/home`,
    TMPDIR: settings.workspace.scratch,
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    SOURCE_DATE_EPOCH: String(archiveTimeSeconds),
    CC: tools.clang,
    CXX: tools['clang++'],
    AR: tools['llvm-ar'],
    RANLIB: tools['llvm-ranlib'],
    NM: tools['llvm-nm'],
    CFLAGS: flags.compile.join(' '),
    CXXFLAGS: flags.compile.join(' '),
    LDFLAGS: flags.link.join(' '),
    // Instrumented programs that the build itself runs (generators, checks) must not write into the tree.
    LLVM_PROFILE_FILE: '/dev/null',
    ...settings.manifest.build.environment,
    CC_LOG_DIAGNOSTICS: '1',
    CC_LOG_DIAGNOSTICS_FILE: settings.workspace.diagnostics,
    ...(settings.driverEdits.length > 0 ? { CCC_OVERRIDE_OPTIONS: `# ${settings.driverEdits.join(' ')}` } : {}),
    [buildMarker]: settings.workspace.folder,
  };
}

/** What of the environment decides a build, for its key: the compiler's own words and where they go do not. */
export function keyedEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
  const silent = new Set(['CC_LOG_DIAGNOSTICS', 'CC_LOG_DIAGNOSTICS_FILE', 'CCC_OVERRIDE_OPTIONS']);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !silent.has(name)));
}

/** Every flag of a build in one list, for its record. */
export function recordedFlags(flags: BuildFlags): readonly string[] {
  return [...flags.compile, ...flags.link.filter((flag) => !flags.compile.includes(flag))];
}
