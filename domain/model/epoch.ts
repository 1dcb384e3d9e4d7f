import type { EpochId, TargetId } from '../ids.ts';
import type { PrivacyEpoch } from '../privacy/epoch.ts';

/** An epoch that was begun, and what became of its key. Rows are kept for ever. */
export interface KeyEpoch extends PrivacyEpoch {
  /** Names the key at the gateway. */
  readonly id: EpochId;
  readonly targetId: TargetId;
  /** Null while no session was opened in it. */
  readonly keyMadeAt: string | null;
  /** Why it was ended before its time; null for one that runs, or ended by its schedule. */
  readonly cutBecause: string | null;
  /** When the gateway overwrote and removed the key; null while it may be there. */
  readonly destroyedAt: string | null;
  readonly destroyedBecause: string | null;
}

/** `ended`: its time is over, and its key waits for the end of the cycles that began in it, or for the next look. */
export type EpochState = 'running' | 'ended' | 'destroyed';
export const epochStates = ['running', 'ended', 'destroyed'] as const satisfies readonly EpochState[];

export function epochState({ endsAt, destroyedAt }: Pick<KeyEpoch, 'endsAt' | 'destroyedAt'>, at: Date): EpochState {
  if (destroyedAt !== null) return 'destroyed';
  return at.getTime() < Date.parse(endsAt) ? 'running' : 'ended';
}

/** An epoch whose key is to go: it has ended, and no cycle of it runs; or its corpora have been there as long as its target's rule packs allow. */
export interface DueEpoch {
  readonly id: EpochId;
  readonly index: number;
  readonly targetName: string;
  readonly because: string;
  /** True when the packs' time is over: a session that still works with the key ends. */
  readonly endsSessions?: boolean;
}
