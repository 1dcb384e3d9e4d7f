import { CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { RefreshCycleInput, RefreshCycleResult } from '../domain/contracts/workflows.ts';
import type { HoneErrorData } from '../domain/errors.ts';
import { type Compensations, startCompensations } from './compensations.ts';
import { toErrorData } from './failures.ts';
import { control, controlGivingBack, hostActivities } from './options.ts';
import { type Progress, startProgress } from './progress.ts';
import { collect } from './steps/collect.ts';
import type { CycleContext } from './steps/cycle-context.ts';
import { buildOptimised, evaluate, offerRelease } from './steps/evaluate.ts';
import { turnMirrorOff } from './steps/mirror.ts';
import { buildInstrumented, plan } from './steps/plan.ts';
import { startPreparing } from './steps/prepare.ts';
import { accept, merge, publish } from './steps/publish.ts';

type Outcome = Omit<RefreshCycleResult, 'cycleId' | 'state' | 'error'>;

const nothingYet: Outcome = { profileVersionId: null, evaluationId: null, verdict: null, releaseId: null };

/**
 * One run of the loop for one target: from its source to a release on offer. A saga: whatever is taken is registered
 * to be given back before it is taken. Ends with a result, also when it fails: the failure is the cycle's state.
 * Cancelled cycles end as cancelled workflows after everything is given back.
 */
export async function refreshCycle(input: RefreshCycleInput): Promise<RefreshCycleResult> {
  const progress = startProgress(input);
  const compensations = startCompensations();
  const outcome = { ...nothingYet };
  try {
    const basis = await control.openCycle({
      cycleId: input.cycleId,
      targetId: input.targetId,
      workflowId: workflowInfo().workflowId,
      reason: input.reason,
    });
    await runLoop({ input, basis, host: hostActivities(input.host), progress, compensations }, outcome);
    // Who cancels now is too late: everything is there already.
    return await CancellationScope.nonCancellable(() => end(input, progress, compensations, outcome, 'succeeded', null));
  } catch (error) {
    if (!isCancellation(error)) {
      const data = toErrorData(error);
      // A cancellation that comes while a failed cycle cleans up finds it ending already.
      return CancellationScope.nonCancellable(() => end(input, progress, compensations, outcome, stateOf(data), data));
    }
    await CancellationScope.nonCancellable(() => end(input, progress, compensations, outcome, 'cancelled', null));
    throw error;
  }
}

async function runLoop(context: CycleContext, outcome: { -readonly [Key in keyof Outcome]: Outcome[Key] }): Promise<void> {
  const planned = await plan(context);
  const preparation = startPreparing(context, planned);
  const instrumented = await buildInstrumented(context, planned);
  const collecting = await collect(context, planned, instrumented, preparation);
  const merged = await merge(context, planned, instrumented, collecting);
  const collected = { ...collecting, session: await turnMirrorOff(context, collecting.holdingOut) };
  const accepted = await accept(context, merged, collected);
  const version = await publish(context, planned, instrumented, collected, accepted);
  outcome.profileVersionId = version.id;
  const candidate = await buildOptimised(context, accepted, version.id);
  const evaluated = await evaluate(context, planned, collected, candidate, version.id);
  outcome.evaluationId = evaluated.evaluationId;
  outcome.verdict = evaluated.verdict;
  outcome.releaseId = await offerRelease(context, candidate, version.id, evaluated);
}

function stateOf({ code }: HoneErrorData): 'inconclusive' | 'rejected' | 'failed' {
  if (code === 'windows-rejected') return 'inconclusive';
  return code === 'profile-rejected' ? 'rejected' : 'failed';
}

/** Gives everything back, then closes the cycle: a closed cycle has left nothing behind. */
async function end(
  input: RefreshCycleInput,
  progress: Progress,
  compensations: Compensations,
  outcome: Outcome,
  state: RefreshCycleResult['state'],
  error: HoneErrorData | null,
): Promise<RefreshCycleResult> {
  const left = await compensations.settleAll();
  await progress.flush();
  const closing = left.length === 0 ? error : withLeftovers(error, left);
  const closingState = left.length === 0 ? state : 'failed';
  await controlGivingBack.closeCycle({ cycleId: input.cycleId, state: closingState, error: closing });
  progress.ended(closingState);
  return { cycleId: input.cycleId, ...outcome, state: closingState, error: closing };
}

function withLeftovers(error: HoneErrorData | null, left: readonly string[]): HoneErrorData {
  const sentence = `Could not be given back: ${left.join(', ')}.`;
  return error
    ? { ...error, details: [...(error.details ?? []), sentence] }
    : {
        code: 'internal',
        message: sentence,
        advice: 'See that the worker of the host and the gateway run; a worker that starts ends the instances that are left on its host.',
      };
}
