import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { randomUUID } from 'node:crypto';
import { controlQueue } from '../domain/contracts/task-queues.ts';
import { type ReplayCorpusInput, replayCorpusWorkflowId, searchAttributes } from '../domain/contracts/workflows.ts';
import { HoneError, type HoneErrorData } from '../domain/errors.ts';
import { asId, type StressId } from '../domain/ids.ts';
import type { StressPort } from '../domain/ports/engine.ts';
import type { HostStore, StressStore } from '../domain/ports/store.ts';
import { reached } from './engine.ts';

const targetAttribute = defineSearchAttributeKey(searchAttributes.target, 'KEYWORD');

/** Starts and stops replays of a corpus as workflows. @param host the load-test host that they use */
export function makeStressEngine({
  client,
  host,
  stress,
  hosts,
}: {
  client: Client;
  host: string;
  stress: Pick<StressStore, 'open' | 'byId' | 'close'>;
  hosts: Pick<HostStore, 'byName' | 'leasesOf'>;
}): StressPort {
  return {
    async start(target, request) {
      await confirmFree(hosts, host);
      const id = asId<StressId>(randomUUID());
      const opening = { ...request, id, targetId: target.id, host };
      const input: ReplayCorpusInput = { ...opening, targetName: target.name };
      const workflowId = replayCorpusWorkflowId(id);
      await reached(() =>
        client.workflow.start('replayCorpus', {
          workflowId,
          taskQueue: controlQueue,
          args: [input],
          typedSearchAttributes: new TypedSearchAttributes([{ key: targetAttribute, value: target.name }]),
        }),
      );
      // The workflow opens it too, idempotently: whoever asks for it from now on finds it, also before a worker takes it up.
      await stress.open({ ...opening, workflowId });
      return id;
    },
    async cancel(id) {
      const window = await stress.byId(id);
      if (window?.state !== 'running') {
        throw new HoneError('not-found', `There is no stress window ${id} that runs.`, 'See which there are: hone replay list.');
      }
      const handle = client.workflow.getHandle(replayCorpusWorkflowId(id));
      const isKnown = await reached(() => handle.cancel().then(() => true, falseWhenOver));
      if (!isKnown) await stress.close(id, 'failed', orphaned);
    },
  };
}

/** Said at once where it is known; whoever comes first gets the host, and the workflow says so to the other. */
async function confirmFree(hosts: Pick<HostStore, 'byName' | 'leasesOf'>, name: string): Promise<void> {
  const host = await hosts.byName(name);
  const [lease] = host === null ? [] : await hosts.leasesOf([host.id]);
  if (lease === undefined) return;
  const holder = lease.cycleId === null ? `stress window ${lease.stressId}` : `cycle ${lease.cycleId}`;
  throw new HoneError('host-busy', `${name} is in use by ${holder}.`, 'Try again when that has ended, or cancel it.');
}

function falseWhenOver(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return false;
  throw error;
}

/** A row that says `running` without a workflow. */
const orphaned: HoneErrorData = {
  code: 'engine-unavailable',
  message: 'The workflow of this stress window is gone: it was terminated, or Temporal lost its database.',
  advice: 'Nothing could clean up after it: restart the worker, which ends its instances, then replay again.',
};
