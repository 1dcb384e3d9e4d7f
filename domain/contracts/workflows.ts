import type { HoneErrorData } from '../errors.ts';
import type { CycleId, EvaluationId, ProfileVersionId, ReleaseId, StressId, TargetId } from '../ids.ts';
import type { StressOpening } from './stress-activities.ts';
import type { CycleState } from '../model/cycle.ts';
import type { CodeDrift } from '../model/freshness.ts';
import type { Verdict } from '../model/evaluation.ts';
import type { OverlapPolicy, ScheduleAction } from '../model/schedule-words.ts';

export interface RefreshCycleInput {
  readonly cycleId: CycleId;
  readonly targetId: TargetId;
  readonly targetName: string;
  readonly reason: string;
  /** The load-test host that the cycle uses. */
  readonly host: string;
}

export interface RefreshCycleResult {
  readonly cycleId: CycleId;
  readonly state: Exclude<CycleState, 'running'>;
  readonly profileVersionId: ProfileVersionId | null;
  readonly evaluationId: EvaluationId | null;
  readonly verdict: Verdict | null;
  readonly releaseId: ReleaseId | null;
  readonly error: HoneErrorData | null;
}

/** One active cycle per target rests on this id. */
export function refreshCycleWorkflowId(targetName: string): string {
  return `refresh/${targetName}`;
}

/** What a start does when a cycle of its target runs: nothing, wait for its end, or cancel it and wait. */
export type WhenActive = 'skip' | 'wait' | 'cancel';

/** What each policy of a schedule says of a cycle that somebody else started. */
export const whenActiveOf: Readonly<Record<OverlapPolicy, WhenActive>> = {
  skip: 'skip',
  'buffer-one': 'wait',
  'buffer-all': 'wait',
  'cancel-other': 'cancel',
};

/** The workflow of each kind of action; each takes {@link ScheduledInput}. */
export const scheduledWorkflows = {
  refresh: 'scheduledRefresh',
  'freshness-check': 'scheduledCheck',
} as const satisfies Record<ScheduleAction, string>;

/** What a schedule gives the workflow that it starts, of whatever kind. */
export type ScheduledInput = ScheduledRefreshInput & FreshnessCheckInput;

/** The schedule's id in Temporal. */
export function scheduleId(targetName: string, name: string): string {
  return `hone/${targetName}/${name}`;
}

/** What a schedule starts; Temporal adds the time to it. */
export function scheduledWorkflowId(targetName: string, name: string): string {
  return `schedule/${targetName}/${name}`;
}

export interface ScheduledRefreshInput {
  readonly targetId: TargetId;
  /** The schedule's name. */
  readonly schedule: string;
  readonly whenActive: WhenActive;
}

export interface ScheduledRefreshResult {
  readonly outcome: 'started' | 'skipped';
  /** The cycle that it started; when it did not, the one that ran. */
  readonly cycleId: CycleId | null;
  /** How the started cycle ended. */
  readonly state: Exclude<CycleState, 'running' | 'failed'> | null;
}

export interface MoveChannelInput {
  readonly targetId: TargetId;
  readonly targetName: string;
  readonly channel: string;
  readonly releaseId: ReleaseId | null;
  readonly kind: 'promotion' | 'rollback';
  readonly actor: string;
  readonly reason: string;
}

/** One move at a time per channel rests on this id. */
export function moveChannelWorkflowId(targetName: string, channel: string): string {
  return `channel/${targetName}/${channel}`;
}

export type ReplayCorpusInput = Omit<StressOpening, 'workflowId'> & { readonly targetName: string };

/** Any number of a target's; one at a time on a host, by its lease. */
export function replayCorpusWorkflowId(id: StressId): string {
  return `stress/${id}`;
}

/** The schedule that has the epochs looked at. */
export const epochScheduleId = 'hone-epochs';

/** Looks that somebody asked for; the schedule's have ids of its own. */
export function tendEpochsWorkflowId(word: string): string {
  return `epochs/${word}`;
}

export interface FreshnessCheckInput {
  readonly targetId: TargetId;
  readonly targetName: string;
}

/** Which versions fit a target's source as it is now. */
export interface MatchProfilesInput extends FreshnessCheckInput {
  /** So many of the newest versions that are not rejected are compared. */
  readonly mostVersions: number;
}

export interface ProfileMatch {
  readonly versionId: ProfileVersionId;
  readonly drift: CodeDrift;
}

/** One at a time per target rests on this id: who asks meanwhile gets the same answer. */
export function matchProfilesWorkflowId(targetName: string): string {
  return `match/${targetName}`;
}

/** One check at a time per target rests on this id. */
export function freshnessCheckWorkflowId(targetName: string): string {
  return `freshness/${targetName}`;
}

export const progressQueryName = 'progress';

/**
 * Search attributes of Hone's workflows; infra registers them. Target and cycle are set by whoever starts a workflow
 * (`runtime/engine.ts`), the stage by the refresh cycle itself.
 */
export const searchAttributes = { target: 'HoneTarget', cycle: 'HoneCycle', stage: 'HoneStage' } as const;
