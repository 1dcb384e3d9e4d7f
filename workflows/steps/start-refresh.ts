import { defineSearchAttributeKey, TypedSearchAttributes, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  type ChildWorkflowHandle,
  ChildWorkflowCancellationType,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  sleep,
  startChild,
  uuid4,
} from '@temporalio/workflow';
import { controlQueue } from '../../domain/contracts/task-queues.ts';
import {
  type RefreshCycleInput,
  type RefreshCycleResult,
  refreshCycleWorkflowId,
  searchAttributes,
  type WhenActive,
} from '../../domain/contracts/workflows.ts';
import { asId, type CycleId, type TargetId } from '../../domain/ids.ts';
import { refreshes, refreshesWaiting } from '../options.ts';

type RefreshCycle = (input: RefreshCycleInput) => Promise<RefreshCycleResult>;

/** What came of the wish for a cycle. */
export type RefreshStart =
  | {
      readonly kind: 'started';
      readonly cycleId: CycleId;
      /** Waits for the cycle's end. Cancelling who waits cancels the cycle, which gives back first; who does not wait leaves it alone. */
      result(): Promise<RefreshCycleResult>;
    }
  /** A cycle ran: null when it had ended by the time that the store was asked which one. */
  | { readonly kind: 'skipped'; readonly activeCycleId: CycleId | null };

export interface RefreshRequest {
  readonly targetId: TargetId;
  /** Kept with the cycle. */
  readonly reason: string;
  /** What to do when a cycle of the target runs, whoever started it. */
  readonly whenActive: WhenActive;
  /** Called once, when it has to wait for another cycle's end. */
  readonly onWait?: (activeCycleId: CycleId | null) => Promise<void>;
}

const targetAttribute = defineSearchAttributeKey(searchAttributes.target, 'KEYWORD');
const cycleAttribute = defineSearchAttributeKey(searchAttributes.cycle, 'KEYWORD');

/**
 * Starts a refresh cycle from inside a workflow, as `hone refresh` does from outside: the workflow id keeps it the target's only one, and when this
 * answers the store has its row. The cycle outlives its parent, unless the parent waits for it and is cancelled.
 * Throws `target-not-found`, `cycle-already-active` for a row that says `running` without a workflow.
 */
export async function startRefresh({ targetId, reason, whenActive, onWait }: RefreshRequest): Promise<RefreshStart> {
  const { targetName, host } = await refreshes.planRefresh({ targetId });
  const input = { cycleId: asId<CycleId>(uuid4()), targetId, targetName, reason, host };
  let waits = 0;
  for (;;) {
    const child = await startUnlessActive(input);
    if (child !== null) {
      const row = { cycleId: input.cycleId, targetId, workflowId: refreshCycleWorkflowId(targetName), reason };
      // The cycle runs: whoever asked for it learns which one it is, even when cancelled meanwhile.
      await CancellationScope.nonCancellable(() => refreshes.openRefresh(row));
      return { kind: 'started', cycleId: input.cycleId, result: () => child.result() };
    }
    const activeCycleId = await refreshes.activeCycle({ targetId });
    if (whenActive === 'skip') return { kind: 'skipped', activeCycleId };
    if (waits === 0) await onWait?.(activeCycleId);
    waits += 1;
    await untilIdle(targetId, targetName, whenActive, waits);
  }
}

async function startUnlessActive(input: RefreshCycleInput): Promise<ChildWorkflowHandle<RefreshCycle> | null> {
  try {
    return await startChild<RefreshCycle>('refreshCycle', {
      workflowId: refreshCycleWorkflowId(input.targetName),
      taskQueue: controlQueue,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      typedSearchAttributes: new TypedSearchAttributes([
        { key: targetAttribute, value: input.targetName },
        { key: cycleAttribute, value: input.cycleId },
      ]),
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}

/** A cycle's workflow ends a moment after its row is closed, and begins a moment before that is opened; one that is stuck there is asked ever more seldom. */
const betweenRowAndWorkflowMilliseconds = 500;
const longestMilliseconds = 300_000;

async function untilIdle(targetId: TargetId, targetName: string, whenActive: Exclude<WhenActive, 'skip'>, times: number): Promise<void> {
  // One that has ended meanwhile needs no cancelling.
  if (whenActive === 'cancel')
    await getExternalWorkflowHandle(refreshCycleWorkflowId(targetName))
      .cancel()
      .catch(() => undefined);
  await refreshesWaiting.awaitIdle({ targetId });
  await sleep(Math.min(longestMilliseconds, betweenRowAndWorkflowMilliseconds * 2 ** (times - 1)));
}
