import type { Target } from '../model/target.ts';
import { budgetOf, type EpochBudget } from './accounting.ts';
import { epochAt, type PrivacyEpoch } from './epoch.ts';

/** The budget of a target at a moment, by its manifest as it is now: who tightens it is heard at once. */
export interface PrivacyOffer extends EpochBudget {
  readonly epoch: PrivacyEpoch;
}

export function privacyOffer({ createdAt, manifest }: Pick<Target, 'createdAt' | 'manifest'>, at: Date): PrivacyOffer {
  const { privacy, epochDays } = manifest.deidentification;
  return { ...budgetOf(privacy), epoch: epochAt(createdAt, epochDays, at) };
}
