import type { CycleId, ReleaseId, StressId, TargetId } from '../ids.ts';
import type { ProfileMatch } from '../contracts/workflows.ts';
import type { TendEpochsResult } from '../contracts/epoch-activities.ts';
import type { CycleProgress } from '../model/cycle.ts';
import type { FreshnessCheck } from '../model/freshness.ts';
import type { Channel } from '../model/release.ts';
import type { StressWindow } from '../model/stress.ts';

/** What the API asks of the workflow engine and of production. */
export interface EnginePort {
  /** Starts a cycle; when this answers, the store has its row. Throws `cycle-already-active`, `engine-unavailable`. */
  startCycle(target: { readonly id: TargetId; readonly name: string }, reason: string): Promise<CycleId>;
  /** Asks a cycle to stop and clean up; answers once the request is recorded. Throws `not-found` when it does not run. */
  cancelCycle(targetName: string, cycleId: CycleId): Promise<void>;
  /** Null when the cycle does not run. */
  progress(targetName: string, cycleId: CycleId): Promise<CycleProgress | null>;
}

/** Looks at freshness at once, and not when a schedule does next. */
export interface FreshnessPort {
  /**
   * Answers the check when it is stored: a compile of the source may be part of it. One that is under way is waited for. Throws
   * `target-not-found`, `engine-unavailable`.
   */
  check(target: { readonly id: TargetId; readonly name: string }): Promise<FreshnessCheck>;
  /**
   * How far the newest versions that are not rejected are from the source as it is now, the nearest first; it may be compiled for that. Throws
   * `target-not-found`, `build-failed`, `engine-unavailable`.
   */
  match(target: { readonly id: TargetId; readonly name: string }, mostVersions: number): Promise<readonly ProfileMatch[]>;
}

/** Replays of a corpus against a build. */
export interface StressPort {
  /** When this answers, the store has its row. Throws `engine-unavailable`. */
  start(
    target: { readonly id: TargetId; readonly name: string },
    request: Pick<StressWindow, 'cycleId' | 'buildId' | 'order'>,
  ): Promise<StressId>;
  /** Asks it to stop and clean up; answers once the request is recorded. Throws `not-found` when it does not run. */
  cancel(id: StressId): Promise<void>;
}

/** Looks at the epochs at once, and not when the schedule does next. */
export interface EpochPort {
  /** Has the keys of all epochs that are over destroyed, and answers what came of it. Throws `engine-unavailable`, also when no worker takes it up. */
  tend(): Promise<TendEpochsResult>;
}

export interface PromotionRequest {
  readonly targetId: TargetId;
  readonly channel: string;
  /** Null only for a rollback to the baseline. */
  readonly releaseId: ReleaseId | null;
  readonly kind: 'promotion' | 'rollback';
  readonly actor: string;
  readonly reason: string;
}

/** Moves channels: deploy hook, check of the serving build, compare-and-set. */
export interface PromotionPort {
  /** Throws `conflict`, `deploy-failed`, `not-found`. */
  move(request: PromotionRequest): Promise<Channel>;
}
