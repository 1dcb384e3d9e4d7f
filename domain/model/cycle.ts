import type { HoneErrorData } from '../errors.ts';
import type { CycleId, Digest, TargetId } from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';

/** The steps of a refresh cycle, in their order. */
export const cycleStages = [
  'plan',
  'build-instrumented',
  'deploy',
  'mirror-on',
  'warm-up',
  'windows',
  'stop',
  'merge',
  'mirror-off',
  'accept',
  'publish',
  'build-optimised',
  'evaluate',
  'offer-release',
] as const;
export type CycleStage = (typeof cycleStages)[number];

/**
 * - `running`: the one active cycle of its target
 * - `succeeded`: a profile version was published; whether a release is on offer is the evaluation's verdict
 * - `inconclusive`: more than half of the windows would be rejected; nothing was published
 * - `rejected`: the profile failed its acceptance report; no build was kept of it
 * - `failed`, `cancelled`: ended early, everything released
 */
export const cycleStates = ['running', 'succeeded', 'inconclusive', 'rejected', 'failed', 'cancelled'] as const;
export type CycleState = (typeof cycleStates)[number];

/** One run of the loop for one target. */
export interface RefreshCycle {
  readonly id: CycleId;
  readonly targetId: TargetId;
  readonly workflowId: string;
  readonly reason: string;
  /** The target's folder when the cycle was opened. */
  readonly directory: string;
  /** The manifest that it runs with: the one that was registered when it was opened. */
  readonly manifest: Manifest;
  /** SHA-256 of the text of that manifest. */
  readonly manifestDigest: Digest;
  readonly state: CycleState;
  readonly stage: CycleStage;
  readonly error: HoneErrorData | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** One line of a cycle's progress. */
export interface CycleEvent {
  readonly cycleId: CycleId;
  /** 1, 2, … within the cycle. */
  readonly sequence: number;
  readonly stage: CycleStage;
  readonly state: 'started' | 'progress' | 'done' | 'failed';
  /** One short sentence for people, for example `window 2 kept: 1,000 requests`. */
  readonly message: string;
  readonly at: string;
}

/** What the progress query of a running cycle answers. */
export interface CycleProgress {
  readonly cycleId: CycleId;
  readonly stage: CycleStage;
  readonly state: CycleState;
  readonly message: string;
  readonly windowsKept: number;
  readonly windowsRejected: number;
}
