import type { BuildActivities, BuildBinaryRequest, TrialBuild } from '../domain/contracts/build-activities.ts';
import type { Build } from '../domain/model/build.ts';
import type { BlobRef } from '../domain/model/blob.ts';
import type { BuildPlan, BuildPort, BuiltBinary, ProfilePort, WeightedProfile } from '../domain/ports/toolchain.ts';
import type { Store } from '../domain/ports/store.ts';
import type { SourceMatch } from '../domain/model/profile.ts';
import { longCall } from './long-call.ts';
import { untilStored } from './until-stored.ts';

/** Compile and merge, each build once. */
export function makeBuildActivities({
  store,
  builds,
  profiles,
}: {
  store: Store;
  builds: BuildPort;
  profiles: ProfilePort;
}): BuildActivities {
  /** What the compile of a kept build said: it stands in the report of the version that the build was kept for. Null when there is none. */
  async function sourceMatchOf({ profileVersionId }: Build): Promise<SourceMatch | null> {
    const version = profileVersionId && (await store.profiles.byId(profileVersionId));
    return version ? version.acceptance.source : null;
  }

  return {
    captureSource: ({ directory, manifest }) => longCall((call) => builds.captureSource(directory, manifest, call)),

    buildBinary: (request) =>
      longCall(async (call) => {
        const plan = await builds.plan(request);
        const known = () => store.builds.byKey(request.targetId, plan.key);
        const keep = (built: BuiltBinary) => store.builds.save({ ...describe(request, plan, built), profileVersionId: null });
        // Asked again while nobody else builds the target: a retry may run beside its predecessor.
        const make = async (compile: () => Promise<BuiltBinary>): Promise<Build> => {
          const meanwhile = await untilStored(call, known);
          if (meanwhile) return meanwhile;
          const built = await compile();
          return untilStored(call, () => keep(built));
        };
        return (await known()) ?? builds.exclusively(request, call, make);
      }),

    tryProfile: (request) =>
      longCall(async (call): Promise<TrialBuild> => {
        const plan = await builds.plan(request);
        const known = async (): Promise<TrialBuild | null> => {
          const build = await store.builds.byKey(request.targetId, plan.key);
          const sourceMatch = build && (await sourceMatchOf(build));
          return build && sourceMatch && { build: withoutIdentity(build), sourceMatch };
        };
        const make = async (compile: () => Promise<BuiltBinary>): Promise<TrialBuild> => {
          const meanwhile = await untilStored(call, known);
          if (meanwhile) return meanwhile;
          const built = await compile();
          return { build: describe(request, plan, built), sourceMatch: built.sourceMatch };
        };
        return (await known()) ?? builds.exclusively(request, call, make);
      }),

    keepTrial: ({ trial, profileVersionId }) => store.builds.save({ ...trial.build, profileVersionId }),

    mergeProfiles: ({ windows }) => longCall((call) => profiles.merge(weighted(windows), call)),

    overlapWindows: ({ windows }) =>
      longCall(async (call) => {
        const ownAndOthers = async (window: (typeof windows)[number]) => {
          const own = await profiles.merge(weighted([window]), call);
          const others = await profiles.merge(weighted(windows.filter((other) => other !== window)), call);
          return profiles.overlap(own.profile, others.profile, call);
        };
        return Promise.all(windows.length > 1 ? windows.map(ownAndOthers) : []);
      }),

    codeDrift: ({ profile, instrumented, source: { digest, files } }) =>
      longCall(async (call) => ({
        ...(await profiles.codeDrift(profile, instrumented, call)),
        source: { digest, files },
        toolchain: instrumented.toolchain,
      })),

    overlapProfiles: ({ left, right }) => longCall((call) => profiles.overlap(left, right, call)),
  };
}

/** Each raw profile once: every request counts alike, so that a window that its time cut short counts for less. */
function weighted(windows: readonly { readonly rawProfiles: readonly BlobRef[] }[]): readonly WeightedProfile[] {
  return windows.flatMap(({ rawProfiles }) => rawProfiles.map((profile) => ({ profile, weight: 1 })));
}

type DescribedBuild = TrialBuild['build'];

function describe(request: BuildBinaryRequest, plan: BuildPlan, built: BuiltBinary): DescribedBuild {
  return {
    targetId: request.targetId,
    kind: request.kind,
    key: plan.key,
    sourceDigest: request.source.digest,
    toolchain: plan.toolchain,
    flags: plan.flags,
    profileDigest: request.profile?.digest ?? null,
    elfBuildId: built.elfBuildId,
    binary: built.binary,
    libraries: built.libraries,
    textBytes: built.textBytes,
    seconds: built.seconds,
  };
}

function withoutIdentity({
  targetId,
  kind,
  key,
  sourceDigest,
  toolchain,
  flags,
  profileDigest,
  elfBuildId,
  binary,
  libraries,
  textBytes,
  seconds,
}: Build): DescribedBuild {
  return { targetId, kind, key, sourceDigest, toolchain, flags, profileDigest, elfBuildId, binary, libraries, textBytes, seconds };
}
