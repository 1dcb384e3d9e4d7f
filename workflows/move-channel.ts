import type { MoveChannelInput } from '../domain/contracts/workflows.ts';
import type { HoneErrorData } from '../domain/errors.ts';
import type { Channel } from '../domain/model/release.ts';
import { ApplicationFailure, isCancellation } from '@temporalio/workflow';
import { toErrorData } from './failures.ts';
import { promotion, promotionHook } from './options.ts';

/**
 * Moves a channel to a release, or back: the deploy hook first, then the check of what serves, then the channel by
 * compare-and-set. One workflow ID per channel, so that two moves never overlap.
 */
export async function moveChannel(input: MoveChannelInput): Promise<Channel> {
  const { targetId, targetName, channel, releaseId, kind, actor, reason } = input;
  let hookStarted = false;
  try {
    const plan = await promotion.planMove({ targetId, channel, releaseId, kind });
    hookStarted = true;
    const { servingBuildId } = await promotionHook.deployBuild({ plan, channel });
    return await promotion.recordMove({
      targetId,
      channel,
      kind,
      toReleaseId: plan.toReleaseId,
      actor,
      reason,
      servingBuildId,
      expectedRevision: plan.expectedRevision,
    });
  } catch (error) {
    if (isCancellation(error)) throw error;
    const data = hookStarted ? withDoubt(toErrorData(error), targetName, channel) : toErrorData(error);
    throw ApplicationFailure.create({ type: data.code, message: data.message, nonRetryable: true, details: [data] });
  }
}

/** Once the hook has begun, the channel says what was recorded and production may run something else: a person must know. */
function withDoubt(data: HoneErrorData, targetName: string, channel: string): HoneErrorData {
  const sentence = `The channel has not moved, and production may run the new build already. See what it runs, then move ${channel} of ${targetName} again.`;
  return { ...data, details: [...(data.details ?? []), sentence] };
}
