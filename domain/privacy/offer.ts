import { defaultPrivacy } from '../manifest/privacy-schema.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { Target } from '../model/target.ts';
import { budgetOf, type EpochBudget, type PrivacyPolicy } from './accounting.ts';
import { epochAt, type PrivacyEpoch } from './epoch.ts';

/** The budget of a target at a moment, by its manifest as it is now: who tightens it is heard at once. */
export interface PrivacyOffer extends EpochBudget {
  readonly epoch: PrivacyEpoch;
  readonly policy: PrivacyPolicy;
}

const defaultEpochDays = 7;

export function privacyOffer({ createdAt, manifest }: Pick<Target, 'createdAt' | 'manifest'>, at: Date): PrivacyOffer {
  // A manifest that was stored by a release without budgets has none of these.
  const stored: Partial<Manifest['deidentification']> = manifest.deidentification;
  const { privacy: policy = defaultPrivacy, epochDays = defaultEpochDays } = stored;
  return { ...budgetOf(policy), epoch: epochAt(createdAt, epochDays, at), policy };
}
