import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HoneError } from '../../domain/errors.ts';
import type { SourceMatch } from '../../domain/model/profile.ts';
import type { BlobPort } from '../../domain/ports/blobs.ts';
import type { BuildPlan, BuildPort, BuildRequest, BuiltBinary, LongCall } from '../../domain/ports/toolchain.ts';
import { digestOfJson } from '../digest.ts';
import { onDisk } from '../disk.ts';
import { captureSource } from '../source/capture.ts';
import { unpackSource } from '../source/unpack.ts';
import { inspectBinary, runBuildCommand } from './command.ts';
import { keepLibraries } from './libraries.ts';
import { isConfigureCheck } from './diagnostics.ts';
import type { Diagnostic } from './diagnostics.ts';
import { baselineFlags, buildEnvironment, composeFlags, keyedEnvironment, recordedFlags } from './flags.ts';
import type { BuildFlags, KindFlags } from './flags.ts';
import { inspectProfile } from './inspect.ts';
import { agentObjectPath, compileAgent, instrumentedFlags } from './instrument.ts';
import { matchSource, optimisedFlags } from './optimise.ts';
import { defaultSearchPath, readToolchain, requireTools } from './tools.ts';
import type { Tools } from './tools.ts';
import { holdWorkspace, openWorkspace } from './workspace.ts';
import type { Workspace } from './workspace.ts';

export interface BuildPortSettings {
  readonly blobs: BlobPort;
  /** Holds a folder per target; part of every build's key, since paths are part of a build. Absolute, without white space. */
  readonly buildRoot: string;
  /** Takes a source archive while it is made; by default a folder in {@link buildRoot}. */
  readonly scratchRoot?: string;
  /** PATH of the build commands, and where the tools are looked for. */
  readonly searchPath?: string;
  /** Of every build command, 0 to 19; default {@link defaultNiceness}. */
  readonly niceness?: number;
  readonly log?: (message: string) => void;
}

/** A compiler has time; what else runs on the machine, a mirror's gateway perhaps, must answer within milliseconds. */
const defaultNiceness = 5;

/** Builds with clang: each target at its one fixed path, one build of a target at a time. */
export function makeBuildPort(settings: BuildPortSettings): BuildPort {
  const searchPath = settings.searchPath ?? defaultSearchPath;
  const { scratchRoot = join(settings.buildRoot, 'scratch'), niceness = defaultNiceness, log = () => {} } = settings;
  const inner: Inner = { ...settings, scratchRoot, searchPath, niceness, log };
  return {
    captureSource: (directory, manifest, call) => captureSource({ blobs: settings.blobs, scratchRoot }, directory, manifest, call),
    plan: async (request) => (await prepareBuild(inner, request)).plan,
    exclusively: async (request, call, step) => {
      const prepared = await prepareBuild(inner, request);
      const inPlace = () => compile(inner, request, prepared, call);
      return onDisk(`building ${request.targetName}`, () => holdWorkspace(prepared.workspace, call, () => step(inPlace)));
    },
  };
}

type Inner = Required<BuildPortSettings>;

interface PreparedBuild {
  readonly plan: BuildPlan;
  readonly tools: Tools;
  readonly workspace: Workspace;
  readonly environment: Readonly<Record<string, string>>;
  readonly agentObject: string;
}

/** Everything that is decided before anything is written. */
async function prepareBuild(inner: Inner, request: BuildRequest): Promise<PreparedBuild> {
  assertProfileFits(request);
  const { manifest } = request;
  const workspace = await openWorkspace(inner.buildRoot, request.targetName);
  const tools = await requireTools(manifest.toolchain.version, inner.searchPath);
  const toolchain = await readToolchain(tools.clang, manifest.toolchain.version, new AbortController().signal);
  const agentObject = await agentObjectPath(workspace.root, toolchain, manifest);
  const kind = kindFlags(request, workspace, agentObject);
  const flags: BuildFlags = composeFlags(manifest.toolchain, kind);
  const environment = buildEnvironment({
    manifest,
    tools,
    flags,
    driverEdits: kind.driverEdits,
    workspace,
    searchPath: inner.searchPath,
  });
  const key = digestOfJson({
    source: request.source.digest,
    toolchain,
    kind: request.kind,
    profile: request.profile?.digest ?? null,
    command: manifest.build.command,
    binary: manifest.build.binary,
    // Left out when there are none, as in the keys from before there could be any.
    ...(manifest.build.libraries === undefined ? {} : { libraries: manifest.build.libraries }),
    environment: keyedEnvironment(environment),
  });
  return { plan: { key, toolchain, flags: recordedFlags(flags) }, tools, workspace, environment, agentObject };
}

function kindFlags(request: BuildRequest, workspace: Workspace, agentObject: string): KindFlags {
  if (request.kind === 'instrumented') return instrumentedFlags(agentObject);
  return request.kind === 'optimised' ? optimisedFlags(workspace.profile) : baselineFlags;
}

function assertProfileFits(request: BuildRequest): void {
  if ((request.kind === 'optimised') === (request.profile !== null)) return;
  const what = request.profile === null ? 'An optimised build needs a profile' : `A build of kind ${request.kind} takes no profile`;
  throw new HoneError('input-invalid', `${what} (target ${request.targetName}).`, 'Give a profile to optimised builds, and to no other.');
}

/** Compiles at the target's fixed path, which the caller holds. */
async function compile(inner: Inner, request: BuildRequest, prepared: PreparedBuild, call: LongCall): Promise<BuiltBinary> {
  const { workspace } = prepared;
  call.progress(`unpacking the source for the ${request.kind} build`);
  await unpackSource(inner, request.source.archive, workspace.source, call.signal);
  const functionsWithCounts = await placeInputs(inner, request, prepared, call);
  const { manifest, kind } = request;
  const command = { manifest, kind, workspace, environment: prepared.environment, niceness: inner.niceness };
  const { diagnostics, seconds } = await runBuildCommand(command, call);
  const { path, elfBuildId, textBytes } = await inspectBinary(command);
  const binary = await inner.blobs.putFile(path);
  const libraries = await keepLibraries(command, inner.blobs);
  inner.log(`built ${request.targetName} ${request.kind} ${elfBuildId} in ${seconds.toFixed(1)} s`);
  // After a failure the tree stays for whoever looks into it; the next build makes it anew.
  await rm(workspace.source, { recursive: true, force: true });
  return { binary, libraries, elfBuildId, textBytes, seconds, sourceMatch: match(diagnostics, functionsWithCounts, workspace) };
}

/** Puts the profile, or the collection agent, where the flags say. Answers the profile's functions with counts; null without one. */
async function placeInputs(inner: Inner, request: BuildRequest, prepared: PreparedBuild, call: LongCall): Promise<number | null> {
  if (request.kind === 'instrumented') {
    const { manifest } = request;
    await compileAgent(prepared.agentObject, { clang: prepared.tools.clang, manifest, searchPath: inner.searchPath, signal: call.signal });
  }
  if (request.profile === null) return null;
  await inner.blobs.getFile(request.profile.digest, prepared.workspace.profile);
  const tool = { version: request.manifest.toolchain.version, searchPath: inner.searchPath };
  const summary = await inspectProfile(tool, prepared.workspace.profile, call);
  if (summary.functionsWithCounts > 0) return summary.functionsWithCounts;
  throw new HoneError(
    'profile-rejected',
    `The profile ${request.profile.digest.slice(0, 12)} of ${request.targetName} has no function with counts.`,
    'Collect it again: nothing is built with an empty profile.',
  );
}

function match(diagnostics: readonly Diagnostic[], functionsWithCounts: number | null, workspace: Workspace): SourceMatch | null {
  if (functionsWithCounts === null) return null;
  const own = diagnostics.filter((one) => !isConfigureCheck(one.mainFile, workspace.source));
  return matchSource(own, functionsWithCounts);
}
