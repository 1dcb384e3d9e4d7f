import { defineSearchAttributeKey, TypedSearchAttributes, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ChildWorkflowCancellationType, executeChild, isCancellation } from '@temporalio/workflow';
import { controlQueue } from '../domain/contracts/task-queues.ts';
import {
  type FreshnessCheckInput,
  freshnessCheckWorkflowId,
  type ScheduledRefreshInput,
  searchAttributes,
} from '../domain/contracts/workflows.ts';
import type { FreshnessCheck } from '../domain/model/freshness.ts';
import { toErrorData } from './failures.ts';
import { refreshes } from './options.ts';
import { scheduledTime, startRecorder } from './steps/schedule-record.ts';

const targetAttribute = defineSearchAttributeKey(searchAttributes.target, 'KEYWORD');

/** What a schedule starts to look at freshness: the same check that a person asks for, one at a time of a target, recorded with the schedule. */
export async function scheduledCheck(input: ScheduledRefreshInput): Promise<FreshnessCheck | null> {
  const record = startRecorder(input, scheduledTime());
  try {
    await record({ outcome: 'waiting', cycleId: null, because: 'the check is under way' });
    const check = await look(input);
    await record(
      check === null
        ? { outcome: 'skipped', cycleId: null, because: 'a check was under way' }
        : { outcome: 'checked', cycleId: check.cycleId, because: check.sentence },
    );
    return check;
  } catch (error) {
    const because = isCancellation(error) ? 'cancelled before the check ended' : toErrorData(error).message;
    await record({ outcome: 'failed', cycleId: null, because });
    throw error;
  }
}

/** Null while another one looks. */
async function look({ targetId }: ScheduledRefreshInput): Promise<FreshnessCheck | null> {
  const { targetName } = await refreshes.planRefresh({ targetId });
  try {
    return await executeChild<(input: FreshnessCheckInput) => Promise<FreshnessCheck>>('freshnessCheck', {
      workflowId: freshnessCheckWorkflowId(targetName),
      taskQueue: controlQueue,
      args: [{ targetId, targetName }],
      typedSearchAttributes: new TypedSearchAttributes([{ key: targetAttribute, value: targetName }]),
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}
