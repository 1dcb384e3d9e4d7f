import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import { buildQueue, controlQueue, hostQueue } from '../../domain/contracts/task-queues.ts';
import {
  type RefreshCycleInput,
  type RefreshCycleResult,
  type ReplayCorpusInput,
  replayCorpusWorkflowId,
} from '../../domain/contracts/workflows.ts';
import { asId, type BuildRecordId, type CycleId, type StressId, type TargetId } from '../../domain/ids.ts';
import { activityFailures } from '../../runtime/activity-interceptor.ts';
import { testWorkflowBundle } from '../support/workflow-bundle.ts';
import type { AllActivities } from './fake-loop.ts';

// Failures are what these tests are about: only what the SDK itself cannot do is worth a line.
Runtime.install({ logger: new DefaultLogger('ERROR') });

/** Starts a replay of a corpus against a build. */
export function startReplay(client: Client, id = asId<StressId>(randomUUID())): Promise<WorkflowHandle> {
  const input: ReplayCorpusInput = {
    id,
    targetId: asId<TargetId>('target'),
    targetName: 'fake',
    cycleId: asId<CycleId>('cycle'),
    buildId: asId<BuildRecordId>('build'),
    host: 'fake',
    order: { rate: '3x', seconds: null, untilSaturation: false },
  };
  return client.workflow.start('replayCorpus', { workflowId: replayCorpusWorkflowId(id), taskQueue: controlQueue, args: [input] });
}

export interface TestEngine {
  readonly client: Client;
  start(targetName?: string): Promise<WorkflowHandle<(input: RefreshCycleInput) => Promise<RefreshCycleResult>>>;
  close(): Promise<void>;
}

/** Workers of all three queues with the given activities; one engine at a time per server, since the queues' names are fixed. */
export async function startEngine(address: string, activities: AllActivities): Promise<TestEngine> {
  const native = await NativeConnection.connect({ address });
  const bundle = await testWorkflowBundle();
  const shared = {
    connection: native,
    maxHeartbeatThrottleInterval: 200,
    defaultHeartbeatThrottleInterval: 200,
    shutdownGraceTime: 100,
    activities,
    interceptors: { activity: [activityFailures] },
  };
  const workers = await Promise.all([
    Worker.create({ ...shared, taskQueue: controlQueue, workflowBundle: bundle }),
    Worker.create({ ...shared, taskQueue: buildQueue }),
    Worker.create({ ...shared, taskQueue: hostQueue('fake') }),
  ]);
  const running = workers.map((worker) => worker.run());
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  return {
    client,
    start: (targetName = `fake-${randomUUID().slice(0, 8)}`) =>
      client.workflow.start<(input: RefreshCycleInput) => Promise<RefreshCycleResult>>('refreshCycle', {
        workflowId: `refresh/${targetName}`,
        workflowIdConflictPolicy: 'FAIL',
        taskQueue: controlQueue,
        args: [{ cycleId: asId<CycleId>(randomUUID()), targetId: asId<TargetId>('target'), targetName, reason: 'test', host: 'fake' }],
      }),
    async close() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all(running);
      await connection.close();
      await native.close();
    },
  };
}
