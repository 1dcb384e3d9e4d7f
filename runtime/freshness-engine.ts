import { type Client, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey, TypedSearchAttributes, WorkflowIdConflictPolicy } from '@temporalio/common';
import { controlQueue } from '../domain/contracts/task-queues.ts';
import {
  type FreshnessCheckInput,
  freshnessCheckWorkflowId,
  type MatchProfilesInput,
  matchProfilesWorkflowId,
  type ProfileMatch,
  searchAttributes,
} from '../domain/contracts/workflows.ts';
import { HoneError, type HoneErrorData } from '../domain/errors.ts';
import type { FreshnessCheck } from '../domain/model/freshness.ts';
import type { FreshnessPort } from '../domain/ports/engine.ts';
import { reached } from './engine.ts';

const targetAttribute = defineSearchAttributeKey(searchAttributes.target, 'KEYWORD');

/** Looks at freshness as a workflow; whoever asks while one looks waits for that one. */
export function makeFreshnessEngine(client: Client): FreshnessPort {
  const execute = async <Result>(type: string, workflowId: string, input: FreshnessCheckInput | MatchProfilesInput): Promise<Result> => {
    try {
      return await reached(() =>
        client.workflow.execute<(input: FreshnessCheckInput | MatchProfilesInput) => Promise<Result>>(type, {
          workflowId,
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
          taskQueue: controlQueue,
          args: [input],
          typedSearchAttributes: new TypedSearchAttributes([{ key: targetAttribute, value: input.targetName }]),
        }),
      );
    } catch (error) {
      throw failureOf(error);
    }
  };
  return {
    check: ({ id, name }) => execute<FreshnessCheck>('freshnessCheck', freshnessCheckWorkflowId(name), { targetId: id, targetName: name }),
    match: ({ id, name }, mostVersions) =>
      execute<readonly ProfileMatch[]>('matchProfiles', matchProfilesWorkflowId(name), {
        targetId: id,
        targetName: name,
        mostVersions,
      }),
  };
}

function failureOf(error: unknown): unknown {
  const cause = error instanceof WorkflowFailedError ? error.cause : null;
  const data = cause instanceof ApplicationFailure ? (cause.details?.[0] as HoneErrorData | undefined) : undefined;
  return data ? HoneError.fromData(data) : error;
}
