import type { BuildRecordId, EvaluationId, ProfileVersionId, ReleaseId, TargetId } from '../ids.ts';

/** An optimised build offered for promotion. */
export interface Release {
  readonly id: ReleaseId;
  readonly targetId: TargetId;
  /** 1, 2, … within the target. */
  readonly number: number;
  readonly buildId: BuildRecordId;
  readonly profileVersionId: ProfileVersionId;
  readonly evaluationId: EvaluationId;
  readonly createdAt: string;
}

/** What a target's users get: a name (`stable`) that points to a release, or to none: then the baseline serves. */
export interface Channel {
  readonly targetId: TargetId;
  readonly name: string;
  readonly releaseId: ReleaseId | null;
  /** Grows by one with every move; the key of compare-and-set. */
  readonly revision: number;
  readonly updatedAt: string;
}

/** One promotion or rollback, kept for ever. */
export interface ChannelMove {
  readonly targetId: TargetId;
  readonly channel: string;
  readonly kind: 'promotion' | 'rollback';
  readonly fromReleaseId: ReleaseId | null;
  readonly toReleaseId: ReleaseId | null;
  readonly revision: number;
  readonly actor: string;
  readonly reason: string;
  /** The ELF build ID of the process that served after the deploy hook; null when no hook ran. */
  readonly servingBuildId: string | null;
  readonly at: string;
}
