import { isCancellation } from '@temporalio/workflow';
import type { EvaluationClose } from '../../domain/contracts/host-activities.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type EvaluationId, type ProfileVersionId, type ReleaseId } from '../../domain/ids.ts';
import { type Build, isSameProgram } from '../../domain/model/build.ts';
import type { RatioInterval, Verdict } from '../../domain/model/evaluation.ts';
import { failedWith, toErrorData } from '../failures.ts';
import { builds, control } from '../options.ts';
import type { Collected } from './collect.ts';
import { type CycleContext, type CyclePlan } from './cycle-context.ts';
import type { Accepted } from './publish.ts';

/** Pairs an activity measures before it answers: a few seconds' work to repeat after a crash, and progress for people. */
const pairsPerStep = 2;

export interface Evaluated {
  readonly evaluationId: EvaluationId;
  readonly verdict: Verdict;
  readonly sentence: string;
  readonly interval: RatioInterval | null;
}

export async function buildOptimised({ progress }: CycleContext, { trial }: Accepted, profileVersionId: ProfileVersionId): Promise<Build> {
  return progress.stage(
    'build-optimised',
    () => {
      if (!trial)
        throw new HoneError('internal', 'An accepted profile has no trial build.', "This is a defect in Hone: see the workflow's history.");
      return builds.keepTrial({ trial, profileVersionId });
    },
    (build) => `build ID ${build.elfBuildId.slice(0, 12)}, ${build.seconds.toFixed(1)} s`,
  );
}

/** Pairs until the interval decides or the budget ends. */
export async function evaluate(
  context: CycleContext,
  plan: CyclePlan,
  collected: Collected,
  candidate: Build,
  profileVersionId: ProfileVersionId,
): Promise<Evaluated> {
  const { basis, input, host, progress } = context;
  const evaluationId = asId<EvaluationId>(input.cycleId);
  const { alpha, minimumGain } = basis.manifest.evaluation;
  return progress.stage(
    'evaluate',
    async () => {
      await host.work.openEvaluation({
        evaluationId,
        cycleId: input.cycleId,
        profileVersionId,
        baselineBuildId: plan.baseline.id,
        candidateBuildId: candidate.id,
        alpha,
        minimumGain,
      });
      const end = await measureUntilDecided(context, plan, collected, candidate, evaluationId);
      const outcome = await host.work.closeEvaluation({ evaluationId, manifest: basis.manifest, ...end });
      // An evaluation that decided nothing has vetted nothing.
      if (outcome.verdict !== 'inconclusive') {
        await control.settleProfile({ id: profileVersionId, state: outcome.verdict === 'pass' ? 'vetted' : 'rejected' });
      }
      return { evaluationId, ...outcome };
    },
    ({ sentence }) => sentence,
  );
}

async function measureUntilDecided(
  context: CycleContext,
  plan: CyclePlan,
  collected: Collected,
  candidate: Build,
  evaluationId: EvaluationId,
): Promise<Pick<EvaluationClose, 'undecided' | 'failure'>> {
  const { basis, input, host, progress } = context;
  const { maximumPairs, maximumSeconds } = basis.manifest.evaluation;
  const startedAt = Date.now();
  if (isSameProgram(plan.baseline, candidate)) return { undecided: 'same-program', failure: null };
  for (let upTo = Math.min(pairsPerStep, maximumPairs); ; upTo = Math.min(upTo + pairsPerStep, maximumPairs)) {
    try {
      const standing = await host.work.measurePairs({
        cycleId: input.cycleId,
        evaluationId,
        manifest: basis.manifest,
        baseline: plan.baseline,
        candidate,
        sourceArchive: plan.source.archive,
        data: collected.data,
        heldOut: collected.session?.corpus.heldOut ?? null,
        upTo,
      });
      if (standing.interval)
        progress.say(
          `pair ${standing.pairs}: ${standing.interval.ratio.toFixed(3)} (${standing.interval.low.toFixed(3)}–${standing.interval.high.toFixed(3)})`,
        );
      if (standing.decided !== null) return { undecided: null, failure: null };
      if (standing.pairs >= maximumPairs) return { undecided: 'pairs', failure: null };
      if (Date.now() - startedAt >= maximumSeconds * 1000) return { undecided: 'seconds', failure: null };
    } catch (error) {
      if (isCancellation(error) || !failedWith(error, 'evaluation-failed')) throw error;
      return { undecided: null, failure: toErrorData(error).message };
    }
  }
}

/** Only a pass is offered. */
export async function offerRelease(
  context: CycleContext,
  candidate: Build,
  profileVersionId: ProfileVersionId,
  evaluated: Evaluated,
): Promise<ReleaseId | null> {
  const { input, progress } = context;
  const release = await progress.stage(
    'offer-release',
    async () => {
      if (evaluated.verdict !== 'pass') return null;
      return control.offerRelease({
        targetId: input.targetId,
        buildId: candidate.id,
        profileVersionId,
        evaluationId: evaluated.evaluationId,
      });
    },
    (offered) => (offered ? `release ${offered.number} is on offer` : `no release: the verdict is ${evaluated.verdict}`),
  );
  return release?.id ?? null;
}
