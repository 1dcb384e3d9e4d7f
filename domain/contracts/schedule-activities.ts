import type { CycleId, TargetId } from '../ids.ts';
import type { ScheduleStart } from '../model/schedule.ts';

/** Starting a refresh cycle from inside a workflow; task queue `hone-control`. */
export interface RefreshActivities {
  /** What a cycle of the target is started with. Throws `target-not-found`. */
  planRefresh(request: { targetId: TargetId }): Promise<{ targetName: string; host: string }>;
  /** Has the store know a cycle whose workflow was started; idempotent. Throws `cycle-already-active`. */
  openRefresh(request: { cycleId: CycleId; targetId: TargetId; workflowId: string; reason: string }): Promise<void>;
  /** The target's running cycle. */
  activeCycle(request: { targetId: TargetId }): Promise<CycleId | null>;
  /** Waits until the target has no running cycle. Long; heartbeats. */
  awaitIdle(request: { targetId: TargetId }): Promise<void>;
}

/** What schedules came to; task queue `hone-control`. */
export interface ScheduleActivities {
  /** Idempotent by run; only what waits is replaced. */
  recordScheduleStart(start: Omit<ScheduleStart, 'at'>): Promise<void>;
}
