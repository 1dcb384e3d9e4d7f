import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { Client } from '@temporalio/client';
import { buildQueue, controlQueue, hostQueue } from '../domain/contracts/task-queues.ts';
import { activityFailures } from './activity-interceptor.ts';
import { required, type Config } from './config.ts';
import { keepEpochSchedule } from './epoch-schedule.ts';
import type { Logger } from './log.ts';
import { makeServices, type Services } from './services.ts';
import { workflowBundle } from './workflow-bundle.ts';

export interface RunningWorkers {
  /** Settles when every worker has ended; rejects when one fails. */
  readonly ended: Promise<void>;
  shutdown(): void;
}

/** Polls the control queue, the build queue and this host's own queue. One process by default; the queues may be split. */
export async function startWorkers(config: Config, log: Logger): Promise<RunningWorkers> {
  installEngineLog(log);
  const services = await makeServices(config, log);
  const left = await services.host.sweep();
  if (left.length > 0) log.warn({ instances: left }, 'ended instances that a dead worker left');
  const connection = await NativeConnection.connect({ address: required(config.temporal.address, 'HONE_TEMPORAL_ADDRESS') });
  const workers = await Promise.all(
    (await workerOptions(config, services)).map((options) =>
      Worker.create({ ...options, connection, namespace: config.temporal.namespace }),
    ),
  );
  await keepEpochSchedule(new Client({ connection, namespace: config.temporal.namespace }));
  log.info({ queues: workers.map(({ options }) => options.taskQueue) }, 'workers ready');
  return {
    ended: runAll(workers, async () => {
      await connection.close();
      await services.close();
    }),
    shutdown: () => stopAll(workers),
  };
}

/** The SDK's own lines go where ours go. */
function installEngineLog(log: Logger): void {
  const write = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;
  Runtime.install({
    logger: new DefaultLogger('DEBUG', ({ level, message, meta }) => log[write[level]](meta ?? {}, message)),
    shutdownSignals: [],
  });
}

async function workerOptions(config: Config, { activities }: Services): Promise<WorkerOptions[]> {
  // Cancellation reaches an activity with its heartbeats: the default throttle would let a cancelled build run on for half a minute.
  const shared = {
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: '5s',
    interceptors: { activity: [activityFailures] },
  } satisfies Partial<WorkerOptions>;
  return [
    {
      ...shared,
      taskQueue: controlQueue,
      workflowBundle: await workflowBundle(`${config.dataDirectory}/cache`),
      activities: activities.control,
      maxConcurrentActivityTaskExecutions: 200,
    },
    { ...shared, taskQueue: buildQueue, activities: activities.build, maxConcurrentActivityTaskExecutions: 2 },
    { ...shared, taskQueue: hostQueue(config.host), activities: activities.host, maxConcurrentActivityTaskExecutions: 16 },
  ];
}

async function runAll(workers: readonly Worker[], close: () => Promise<void>): Promise<void> {
  const runs = workers.map((worker) => worker.run().finally(() => stopAll(workers)));
  const results = await Promise.allSettled(runs);
  await close();
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

function stopAll(workers: readonly Worker[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}
