import type { TrialBuild } from '../../domain/contracts/build-activities.ts';
import { HoneError } from '../../domain/errors.ts';
import type { ProfileVersionId } from '../../domain/ids.ts';
import type { BlobRef } from '../../domain/model/blob.ts';
import type { Build } from '../../domain/model/build.ts';
import type { AcceptanceReport, Provenance } from '../../domain/model/profile.ts';
import { judgeProfile, type ProfileFacts } from '../../domain/rules/acceptance.ts';
import { builds, controlSettling } from '../options.ts';
import { type Beside, startBeside } from './beside.ts';
import type { Collected, Collecting } from './collect.ts';
import { counted, type CycleContext, type CyclePlan } from './cycle-context.ts';

interface Merged {
  readonly profile: BlobRef;
  /** All of what is known before the mirror is off and the trial build done. */
  readonly known: ProfileFacts;
  readonly windowOverlaps: Beside<readonly number[]>;
  /** Null when the profile was found bad before anything was compiled with it. */
  readonly trial: Beside<TrialBuild | null>;
}

export interface Accepted {
  readonly profile: BlobRef;
  readonly report: AcceptanceReport;
  /** Null when the profile was rejected before anything was compiled with it. */
  readonly trial: TrialBuild | null;
}

/** Merges the kept windows, and starts the trial build when the profile is good by itself: that takes as long as any build. */
export async function merge(context: CycleContext, plan: CyclePlan, instrumented: Build, { windows }: Collecting): Promise<Merged> {
  const { basis, progress } = context;
  const kept = windows.filter((window) => window.kept).map(({ index, rawProfiles }) => ({ index, rawProfiles }));
  const merged = await progress.stage(
    'merge',
    () => builds.mergeProfiles({ windows: kept }),
    ({ summary, profile }) =>
      `${counted(summary.functionsWithCounts)} of ${counted(summary.functions)} functions have counts, ${counted(profile.sizeBytes)} bytes`,
  );
  const { profile, summary } = merged;
  const known = {
    summary,
    windowOverlaps: [],
    lastVersionOverlap: null,
    expectedBinaryId: instrumented.elfBuildId,
    libraries: instrumented.libraries.map(({ path, elfBuildId }) => ({ path, elfBuildId })),
    sourceMatch: null,
    replay: null,
    replayed: null,
    policy: basis.manifest.acceptance,
    profileSizeBytes: profile.sizeBytes,
  };
  const trial = startTrial(context, plan, profile, judgeProfile(known));
  const windowOverlaps = startBeside(context, 'window overlaps', () => builds.overlapWindows({ windows: kept }));
  return { profile, known, windowOverlaps, trial };
}

/** The compile's binary is kept apart until the report accepts the profile. */
function startTrial(context: CycleContext, { source }: CyclePlan, profile: BlobRef, first: AcceptanceReport): Beside<TrialBuild | null> {
  if (!first.accepted) return { result: async () => null };
  const { input, basis } = context;
  return startBeside(context, 'trial build', () =>
    builds.tryProfile({
      cycleId: input.cycleId,
      targetId: input.targetId,
      targetName: input.targetName,
      manifest: basis.manifest,
      source,
      kind: 'optimised',
      profile,
    }),
  );
}

/** Judges the profile by what it is, by what the replay did, and by what a compile of the source with it says. */
export async function accept(
  { basis, progress }: CycleContext,
  { profile, known, windowOverlaps, trial }: Merged,
  { session }: Collected,
): Promise<Accepted> {
  return progress.stage(
    'accept',
    async () => {
      const lastVersionOverlap = basis.lastVersion
        ? await builds.overlapProfiles({ left: profile, right: basis.lastVersion.profile })
        : null;
      const tried = await trial.result();
      const report = judgeProfile({
        ...known,
        windowOverlaps: await windowOverlaps.result(),
        lastVersionOverlap,
        replay: session?.comparison ?? null,
        replayed: session?.counters.replayed ?? null,
        sourceMatch: tried?.sourceMatch ?? null,
      });
      return { profile, report, trial: tried };
    },
    ({ report }) => acceptanceSentence(report),
  );
}

export async function publish(
  context: CycleContext,
  plan: CyclePlan,
  instrumented: Build,
  collected: Collected,
  { profile, report }: Accepted,
): Promise<{ id: ProfileVersionId; number: number }> {
  const { input, progress } = context;
  return progress.stage(
    'publish',
    async () => {
      const provenance = provenanceOf(context, plan, instrumented, collected);
      const state = report.accepted ? ('unvetted' as const) : ('rejected' as const);
      const version = await controlSettling.publishProfile({
        targetId: input.targetId,
        cycleId: input.cycleId,
        state,
        profile,
        acceptance: report,
        provenance,
      });
      if (!report.accepted) throw rejected(version.number, report);
      return version;
    },
    (version) => `profile version ${version.number}, unvetted, ${profile.digest.slice(0, 12)}`,
  );
}

function provenanceOf(
  { input }: CycleContext,
  plan: CyclePlan,
  instrumented: Build,
  collected: Collected,
): Omit<Provenance, 'parentVersion' | 'manifestDigest'> {
  const { session, windows } = collected;
  return {
    sourceDigest: plan.source.digest,
    toolchain: instrumented.toolchain,
    flags: instrumented.flags,
    instrumentedBuildId: instrumented.elfBuildId,
    windows: windows.map(({ index, attempt, kept, requests, rejections, rawProfiles }) => ({
      index,
      attempt,
      host: input.host,
      kept,
      requests,
      rejections,
      rawProfiles: rawProfiles.map(({ digest }) => digest),
    })),
    trafficDigest: session?.corpus.training.digest ?? null,
    deidentificationRules: session?.deidentification.stages.map(({ stage, ruleVersion }) => `${stage} ${ruleVersion}`) ?? [],
  };
}

function acceptanceSentence(report: AcceptanceReport): string {
  const failed = report.checks.filter(({ passed }) => !passed);
  return report.accepted
    ? `accepted: ${report.checks.length} checks passed`
    : `rejected: ${failed.map(({ sentence }) => sentence).join('; ')}`;
}

function rejected(number: number, report: AcceptanceReport): HoneError {
  return new HoneError(
    'profile-rejected',
    `Profile version ${number} failed its acceptance report; no build was kept of it.`,
    'Look at the failed checks: a foreign or empty profile means that the wrong process was collected, a low agreement that the replay went into error paths.',
    { details: report.checks.filter(({ passed }) => !passed).map(({ name, sentence }) => `${name}: ${sentence}`) },
  );
}
