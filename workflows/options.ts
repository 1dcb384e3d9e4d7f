import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { BuildActivities } from '../domain/contracts/build-activities.ts';
import type { ControlActivities, PromotionActivities } from '../domain/contracts/control-activities.ts';
import type { EpochActivities } from '../domain/contracts/epoch-activities.ts';
import type { FreshnessActivities } from '../domain/contracts/freshness-activities.ts';
import type { GatewayActivities } from '../domain/contracts/gateway-activities.ts';
import type { HostActivities } from '../domain/contracts/host-activities.ts';
import type { RefreshActivities, ScheduleActivities } from '../domain/contracts/schedule-activities.ts';
import type { StressActivities } from '../domain/contracts/stress-activities.ts';
import { buildQueue, controlQueue, hostQueue } from '../domain/contracts/task-queues.ts';

const untilItIsBack = { initialInterval: '250ms', backoffCoefficient: 2, maximumInterval: '5s' } as const;

/** The store and the gateway: over in a moment, or away for a while and then back (ten seconds of Postgres is nothing). */
const quick = {
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '5m',
  // Five minutes of attempts that fail at once.
  retry: { ...untilItIsBack, maximumAttempts: 64 },
} as const;

/**
 * Production's proxy: a restart of the gateway or of nginx is waited for, but a proxy that is not there is soon reported: eleven attempts with 33 s between
 * them. They are counted and not timed, so that the last one's own words are what people read. One attempt is over in milliseconds: one which a dead
 * worker had leaves time for the next.
 */
const mirrorOn = { ...quick, startToCloseTimeout: '10s', retry: { ...untilItIsBack, maximumAttempts: 11 } } as const;

/** The store alone: a call is over in milliseconds, so that one which a dead worker had is soon given to another. */
const store = { ...quick, startToCloseTimeout: '10s' } as const;

/** Long work that was cut short: after 1, 3, 9 and 15 seconds, so that it outlives a restart of what it needs. */
const cutShort = { initialInterval: '1s', backoffCoefficient: 3, maximumInterval: '15s', maximumAttempts: 5 } as const;

/** Compilers: minutes to hours; a dead worker is noticed by its heartbeat, a compile error is never tried again. */
const build = {
  startToCloseTimeout: '6h',
  heartbeatTimeout: '10s',
  retry: cutShort,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

/** Instances, windows, pairs: minutes, on the one machine that has the instance; that machine's worker may have to come back first. */
const hostWork = {
  startToCloseTimeout: '2h',
  heartbeatTimeout: '10s',
  scheduleToStartTimeout: '30m',
  retry: cutShort,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

/** Leases: as long as what they hold; taken up again by whichever worker is there. */
const hold = {
  startToCloseTimeout: '24h',
  heartbeatTimeout: '10s',
  retry: { ...untilItIsBack, maximumInterval: '1s' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

/** Giving back what was taken: tried for long, since nothing may be left behind. */
const giveBack = {
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '1h',
  retry: { ...untilItIsBack, maximumInterval: '10s' },
} as const;

/** Giving back what takes a moment: one that a dead worker had is given to another soon, not after minutes. */
const giveBackQuickly = { ...giveBack, startToCloseTimeout: '30s' } as const;

/** A person's deploy hook may do what cannot be done twice: one attempt. */
const once = {
  startToCloseTimeout: '1h',
  heartbeatTimeout: '10s',
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

export const control = proxyActivities<ControlActivities>({ ...store, taskQueue: controlQueue });
/** What is there for good once it is written: a cycle that is cancelled meanwhile waits to hear whether it is. */
export const controlSettling = proxyActivities<Pick<ControlActivities, 'publishProfile' | 'settleProfile' | 'offerRelease'>>({
  ...store,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  taskQueue: controlQueue,
});
export const controlHolding = proxyActivities<ControlActivities>({ ...hold, taskQueue: controlQueue });
export const controlGivingBack = proxyActivities<ControlActivities>({ ...giveBackQuickly, taskQueue: controlQueue });
export const gateway = proxyActivities<GatewayActivities>({ ...quick, taskQueue: controlQueue });
/** One look at the epochs is followed by another: nothing is waited for for long. */
const look = { ...quick, scheduleToCloseTimeout: '1m' } as const;

export const epochs = proxyActivities<EpochActivities>({ ...look, taskQueue: controlQueue });
export const gatewayMirror = proxyActivities<Pick<GatewayActivities, 'startMirror'>>({ ...mirrorOn, taskQueue: controlQueue });
export const gatewayWork = proxyActivities<GatewayActivities>({ ...hostWork, taskQueue: controlQueue });
export const gatewayHolding = proxyActivities<GatewayActivities>({ ...hold, taskQueue: controlQueue });
export const gatewayGivingBack = proxyActivities<GatewayActivities>({ ...giveBackQuickly, taskQueue: controlQueue });
export const builds = proxyActivities<BuildActivities>({ ...build, taskQueue: buildQueue });
export const freshness = proxyActivities<FreshnessActivities>({ ...store, taskQueue: controlQueue });
export const freshnessGivingBack = proxyActivities<Pick<FreshnessActivities, 'abandonSample'>>({
  ...giveBackQuickly,
  taskQueue: controlQueue,
});
/** A sample takes at most some minutes. One that a dead worker had is taken up again, by its id. */
export const freshnessWork = proxyActivities<Pick<FreshnessActivities, 'sampleTraffic'>>({
  ...hostWork,
  startToCloseTimeout: '10m',
  taskQueue: controlQueue,
});
export const stress = proxyActivities<StressActivities>({ ...store, taskQueue: controlQueue });
export const stressGivingBack = proxyActivities<StressActivities>({ ...giveBackQuickly, taskQueue: controlQueue });
/** Starting cycles: the store may be away for long, and the start is still due. */
export const refreshes = proxyActivities<RefreshActivities>({ ...giveBackQuickly, taskQueue: controlQueue });
/** Until another cycle has ended: as long as that takes; taken up again by whichever worker is there. */
export const refreshesWaiting = proxyActivities<Pick<RefreshActivities, 'awaitIdle'>>({ ...hold, taskQueue: controlQueue });
export const schedules = proxyActivities<ScheduleActivities>({ ...giveBackQuickly, taskQueue: controlQueue });
export const promotion = proxyActivities<PromotionActivities>({ ...quick, taskQueue: controlQueue });
export const promotionHook = proxyActivities<PromotionActivities>({ ...once, taskQueue: controlQueue });

/** A service is not put under stress a second time because a worker died: one attempt, which a dead worker ends by its heartbeat. */
const replaying = { ...hostWork, startToCloseTimeout: '1h', retry: { maximumAttempts: 1 } } as const;

/** The activities of one load-test host. */
export function hostActivities(host: string) {
  const taskQueue = hostQueue(host);
  return {
    work: proxyActivities<HostActivities>({ ...hostWork, taskQueue }),
    replaying: proxyActivities<Pick<HostActivities, 'replayCorpus'>>({ ...replaying, taskQueue }),
    givingBack: proxyActivities<HostActivities>({ ...giveBack, heartbeatTimeout: '10s', taskQueue }),
  };
}

export type HostProxies = ReturnType<typeof hostActivities>;
