import { type Client, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey, TypedSearchAttributes, WorkflowIdConflictPolicy } from '@temporalio/common';
import { controlQueue } from '../domain/contracts/task-queues.ts';
import { type FreshnessCheckInput, freshnessCheckWorkflowId, searchAttributes } from '../domain/contracts/workflows.ts';
import { HoneError, type HoneErrorData } from '../domain/errors.ts';
import type { FreshnessCheck } from '../domain/model/freshness.ts';
import type { FreshnessPort } from '../domain/ports/engine.ts';
import { reached } from './engine.ts';

const targetAttribute = defineSearchAttributeKey(searchAttributes.target, 'KEYWORD');

/** Looks at freshness as a workflow; whoever asks while one looks waits for that one. */
export function makeFreshnessEngine(client: Client): FreshnessPort {
  return {
    async check(target) {
      const input: FreshnessCheckInput = { targetId: target.id, targetName: target.name };
      try {
        return await reached(() =>
          client.workflow.execute<(input: FreshnessCheckInput) => Promise<FreshnessCheck>>('freshnessCheck', {
            workflowId: freshnessCheckWorkflowId(target.name),
            workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
            taskQueue: controlQueue,
            args: [input],
            typedSearchAttributes: new TypedSearchAttributes([{ key: targetAttribute, value: target.name }]),
          }),
        );
      } catch (error) {
        throw failureOf(error);
      }
    },
  };
}

function failureOf(error: unknown): unknown {
  const cause = error instanceof WorkflowFailedError ? error.cause : null;
  const data = cause instanceof ApplicationFailure ? (cause.details?.[0] as HoneErrorData | undefined) : undefined;
  return data ? HoneError.fromData(data) : error;
}
