import { Client, Connection, WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey, TypedSearchAttributes, WorkflowIdConflictPolicy } from '@temporalio/common';
import { randomUUID } from 'node:crypto';
import { controlQueue } from '../domain/contracts/task-queues.ts';
import {
  type MoveChannelInput,
  moveChannelWorkflowId,
  tendEpochsWorkflowId,
  progressQueryName,
  type RefreshCycleInput,
  refreshCycleWorkflowId,
  searchAttributes,
} from '../domain/contracts/workflows.ts';
import type { TendEpochsResult } from '../domain/contracts/epoch-activities.ts';
import { HoneError, type HoneErrorData } from '../domain/errors.ts';
import { asId, type CycleId } from '../domain/ids.ts';
import type { CycleProgress } from '../domain/model/cycle.ts';
import type { Channel } from '../domain/model/release.ts';
import type { EnginePort, EpochPort, PromotionPort } from '../domain/ports/engine.ts';
import type { CycleStore, TargetStore } from '../domain/ports/store.ts';

const targetAttribute = defineSearchAttributeKey(searchAttributes.target, 'KEYWORD');
const cycleAttribute = defineSearchAttributeKey(searchAttributes.cycle, 'KEYWORD');

/** A client that connects when it is first needed, so that the API starts while Temporal is away. */
export function connectTemporal({ address, namespace }: { address: string; namespace: string }): Client {
  return new Client({ connection: Connection.lazy({ address }), namespace });
}

export function makeEngine({
  client,
  host,
  cycles,
}: {
  client: Client;
  host: string;
  cycles: Pick<CycleStore, 'open' | 'byId' | 'close'>;
}): EnginePort {
  const handleOf = async (targetName: string, cycleId: CycleId) => {
    const handle = client.workflow.getHandle(refreshCycleWorkflowId(targetName));
    const description = await reached(() => handle.describe().catch(nullWhenUnknown));
    if (description === null) return null;
    const { status, searchAttributes: attributes } = description;
    const running = status.name === 'RUNNING' && (attributes[searchAttributes.cycle] as string[] | undefined)?.[0] === cycleId;
    return running ? handle : null;
  };

  return {
    async startCycle(target, reason) {
      const cycleId = asId<CycleId>(randomUUID());
      const input: RefreshCycleInput = { cycleId, targetId: target.id, targetName: target.name, reason, host };
      try {
        await reached(() =>
          client.workflow.start('refreshCycle', {
            workflowId: refreshCycleWorkflowId(target.name),
            workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
            taskQueue: controlQueue,
            args: [input],
            typedSearchAttributes: new TypedSearchAttributes([
              { key: targetAttribute, value: target.name },
              { key: cycleAttribute, value: cycleId },
            ]),
          }),
        );
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        throw new HoneError(
          'cycle-already-active',
          `A cycle of ${target.name} is running.`,
          `Watch it (hone cycle list ${target.name}), or cancel it first.`,
        );
      }
      // The workflow opens it too, idempotently: whoever asks for the cycle from now on finds it, also before a worker takes it up.
      await cycles.open({ id: cycleId, targetId: target.id, workflowId: refreshCycleWorkflowId(target.name), reason });
      return cycleId;
    },
    async cancelCycle(targetName, cycleId) {
      const handle = await handleOf(targetName, cycleId);
      if (handle) return reached(async () => void (await handle.cancel()));
      const cycle = await cycles.byId(cycleId);
      if (cycle?.state !== 'running') {
        throw new HoneError('not-found', `Cycle ${cycleId} of ${targetName} is not running.`, `See hone cycle list ${targetName}.`);
      }
      await cycles.close(cycleId, 'failed', orphaned(targetName));
    },
    async progress(targetName, cycleId) {
      const handle = await handleOf(targetName, cycleId);
      return handle && reached(() => handle.query<CycleProgress>(progressQueryName));
    },
  };
}

/** The person who rotates waits for it; a gateway that is away is waited for by the activity's own attempts, and longer than that by the schedule. */
const tendTimeoutMilliseconds = 20_000;

export function makeEpochPort(client: Client): EpochPort {
  return { tend: () => tendEpochs(client) };
}

async function tendEpochs(client: Client): Promise<TendEpochsResult> {
  try {
    return await reached(() =>
      client.workflow.execute<() => Promise<TendEpochsResult>>('tendEpochs', {
        workflowId: tendEpochsWorkflowId(randomUUID()),
        taskQueue: controlQueue,
        workflowExecutionTimeout: tendTimeoutMilliseconds,
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const message = 'The worker or the gateway did not answer in time.';
    throw new HoneError('engine-unavailable', message, 'See that both run; keys whose time is over are looked for every ten minutes.', {
      cause: error,
    });
  }
}

export function makePromotion({ client, targets }: { client: Client; targets: TargetStore }): PromotionPort {
  return {
    async move(request) {
      const target = await targets.byId(request.targetId);
      if (!target)
        throw new HoneError('target-not-found', `There is no target ${request.targetId}.`, 'Register it: hone target add DIRECTORY.');
      const input: MoveChannelInput = { ...request, targetName: target.name };
      try {
        return await reached(() =>
          client.workflow.execute<(input: MoveChannelInput) => Promise<Channel>>('moveChannel', {
            workflowId: moveChannelWorkflowId(target.name, request.channel),
            workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
            taskQueue: controlQueue,
            args: [input],
            typedSearchAttributes: new TypedSearchAttributes([{ key: targetAttribute, value: target.name }]),
          }),
        );
      } catch (error) {
        throw promotionError(error, request.channel);
      }
    },
  };
}

function promotionError(error: unknown, channel: string): unknown {
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    return new HoneError(
      'conflict',
      `Channel ${channel} is being moved right now.`,
      'Wait until that has ended, then look at the channel again (hone release list).',
    );
  }
  const cause = error instanceof WorkflowFailedError ? error.cause : null;
  const data = cause instanceof ApplicationFailure ? (cause.details?.[0] as HoneErrorData | undefined) : undefined;
  return data ? HoneError.fromData(data) : error;
}

/** Turns a connection that cannot be had into an error that says so. */
export async function reached<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError)
      throw new HoneError('not-found', 'The workflow is not known to Temporal.', 'See hone cycle list.', { cause: error });
    if (isUnavailable(error))
      throw new HoneError(
        'engine-unavailable',
        'Temporal does not answer.',
        'See that its server runs (npm run dev starts one), then try again.',
        { cause: error },
      );
    throw error;
  }
}

function isUnavailable(error: unknown): boolean {
  const grpcUnavailable = 14;
  const grpcDeadlineExceeded = 4;
  for (let at = error; at instanceof Error; at = at.cause) {
    const code: unknown = (at as { code?: unknown }).code;
    if (code === grpcUnavailable || code === grpcDeadlineExceeded) return true;
  }
  return false;
}

function nullWhenUnknown(error: unknown): null {
  if (error instanceof WorkflowNotFoundError) return null;
  throw error;
}

/** A row that says `running` without a workflow would keep its target from ever being refreshed again. */
function orphaned(targetName: string): HoneErrorData {
  return {
    code: 'engine-unavailable',
    message: 'The workflow of this cycle is gone: it was terminated, or Temporal lost its database.',
    advice: `Nothing could clean up after it: restart the worker, which ends its instances, then refresh ${targetName} again. The gateway turned its mirror off when the lease ran out, and discards its session after some days without a call.`,
  };
}
