import type { HoneErrorData } from '../errors.ts';
import type { StressId } from '../ids.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { Build } from '../model/build.ts';
import type { CorpusRefs, InstanceRef } from '../model/collection.ts';
import type { StressOrder, StressState, StressWindow } from '../model/stress.ts';

/** What a stress window is opened with. */
export type StressOpening = Pick<StressWindow, 'id' | 'targetId' | 'cycleId' | 'buildId' | 'workflowId' | 'host' | 'order'>;

/** What it works from: the build, and the corpus with the folder and the manifest that its cycle kept. */
export interface StressBasis {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly build: Build;
  readonly corpus: CorpusRefs;
}

/** The store's side of a stress window; task queue `hone-control`. */
export interface StressActivities {
  /** Idempotent. Throws `not-found`. */
  openStress(request: StressOpening): Promise<StressBasis>;
  closeStress(request: { stressId: StressId; state: Exclude<StressState, 'running'>; error: HoneErrorData | null }): Promise<void>;
}

export interface ReplayCorpusRequest {
  readonly stressId: StressId;
  readonly instance: InstanceRef;
  readonly manifest: Manifest;
  readonly corpus: Pick<CorpusRefs, 'training' | 'heldOut'>;
  readonly order: StressOrder;
}
