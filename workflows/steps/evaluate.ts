import { isCancellation } from '@temporalio/workflow';
import type { EvaluationClose, PairsRequest } from '../../domain/contracts/host-activities.ts';
import { HoneError } from '../../domain/errors.ts';
import { asId, type EvaluationId, type ProfileVersionId, type ReleaseId } from '../../domain/ids.ts';
import { type Build, isSameProgram } from '../../domain/model/build.ts';
import type { RatioInterval, Verdict } from '../../domain/model/evaluation.ts';
import { speedSentence } from '../../domain/rules/speed.ts';
import { failedWith, toErrorData } from '../failures.ts';
import { builds, controlSettling } from '../options.ts';
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
      const request = pairsRequest(context, plan, collected, candidate, evaluationId);
      const { isComparable, ...end } = await measureUntilDecided(context, request);
      const failure = isComparable ? await measureSpeed(context, request) : end.failure;
      const outcome = await host.work.closeEvaluation({ evaluationId, manifest: basis.manifest, ...end, failure });
      // An evaluation that decided nothing has vetted nothing.
      if (outcome.verdict !== 'inconclusive') {
        await controlSettling.settleProfile({ id: profileVersionId, state: outcome.verdict === 'pass' ? 'vetted' : 'rejected' });
      }
      return { evaluationId, ...outcome };
    },
    ({ sentence }) => sentence,
  );
}

type Measured = Omit<PairsRequest, 'upTo'>;

function pairsRequest(
  { basis, input }: CycleContext,
  plan: CyclePlan,
  collected: Collected,
  candidate: Build,
  evaluationId: EvaluationId,
): Measured {
  return {
    cycleId: input.cycleId,
    evaluationId,
    manifest: basis.manifest,
    baseline: plan.baseline,
    candidate,
    sourceArchive: plan.source.archive,
    data: collected.data,
    heldOut: collected.session?.corpus.heldOut ?? null,
  };
}

interface PairsEnd extends Pick<EvaluationClose, 'undecided' | 'failure'> {
  /** Two programs that both work and answer equally: worth knowing how fast they are. */
  readonly isComparable: boolean;
}

async function measureUntilDecided({ host, progress }: CycleContext, request: Measured): Promise<PairsEnd> {
  const { maximumPairs, maximumSeconds } = request.manifest.evaluation;
  const startedAt = Date.now();
  if (isSameProgram(request.baseline, request.candidate)) return { undecided: 'same-program', failure: null, isComparable: false };
  for (let upTo = Math.min(pairsPerStep, maximumPairs); ; upTo = Math.min(upTo + pairsPerStep, maximumPairs)) {
    try {
      const standing = await host.work.measurePairs({ ...request, upTo });
      if (standing.interval)
        progress.say(
          `pair ${standing.pairs}: ${standing.interval.ratio.toFixed(3)} (${standing.interval.low.toFixed(3)}–${standing.interval.high.toFixed(3)})`,
        );
      const isComparable = standing.answersDifferent === 0;
      if (standing.decided !== null) return { undecided: null, failure: null, isComparable };
      if (standing.pairs >= maximumPairs) return { undecided: 'pairs', failure: null, isComparable };
      if (Date.now() - startedAt >= maximumSeconds * 1000) return { undecided: 'seconds', failure: null, isComparable };
    } catch (error) {
      return { undecided: null, failure: failureOf(error), isComparable: false };
    }
  }
}

/** What the candidate did wrong; anything else is thrown on. */
function failureOf(error: unknown): string {
  if (isCancellation(error) || !failedWith(error, 'evaluation-failed')) throw error;
  return toErrorData(error).message;
}

/** Throughput and latency, for people; a candidate that does not live through it has failed. Answers how. */
async function measureSpeed({ host, progress }: CycleContext, request: Measured): Promise<string | null> {
  // A manifest from before has no such number.
  if (!(request.manifest.evaluation.speedRequests > 0)) return null;
  progress.say('throughput and latency, one build at a time');
  try {
    progress.say(speedSentence(await host.work.measureSpeed(request)));
    return null;
  } catch (error) {
    if (isCancellation(error) || failedWith(error, 'baseline-failed')) throw error;
    if (failedWith(error, 'evaluation-failed')) return toErrorData(error).message;
    // The pairs have decided: what is for people only does not take that away.
    progress.say(`throughput and latency were not measured: ${toErrorData(error).message}`);
    return null;
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
      return controlSettling.offerRelease({
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
