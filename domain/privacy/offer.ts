import { defaultPrivacy } from '../manifest/privacy-schema.ts';
import type { Manifest } from '../manifest/schema.ts';
import type { Target } from '../model/target.ts';
import { budgetOf, type EpochBudget, type PrivacyPolicy } from './accounting.ts';
import { rulePackNames, strictest, type RulePackName } from './packs.ts';
import { epochAt, epochNow, type PrivacyEpoch } from './epoch.ts';

/** The budget of a target in an epoch, by its manifest as it is now: who tightens it is heard at once. */
export interface PrivacyOffer extends EpochBudget {
  readonly epoch: PrivacyEpoch;
  readonly policy: PrivacyPolicy;
}

const defaultEpochDays = 7;

/** The epoch of a target at a moment, given the last that was begun (null: none yet). It may be one that nobody has begun. */
export function epochOf(
  { createdAt, manifest }: Pick<Target, 'createdAt' | 'manifest'>,
  last: PrivacyEpoch | null,
  at: Date,
): PrivacyEpoch {
  const { epochDays = defaultEpochDays } = asStored(manifest);
  // A manifest may have been stored before its packs were heard.
  const days = Math.min(epochDays, strictest(packsOf(manifest)).keepDays);
  return last === null ? epochAt(createdAt, days, at) : epochNow(last, days, at);
}

export function privacyOffer({ manifest }: Pick<Target, 'manifest'>, epoch: PrivacyEpoch): PrivacyOffer {
  const { privacy: policy = defaultPrivacy } = asStored(manifest);
  return { ...budgetOf(policy), epoch, policy };
}

/** The rule packs that hold for a target: all, where a release without packs has stored its manifest. */
export function packsOf(manifest: Manifest): readonly RulePackName[] {
  return asStored(manifest).packs ?? rulePackNames;
}

/** A manifest that was stored by a release without budgets has none of these. */
function asStored({ deidentification }: Manifest): Partial<Manifest['deidentification']> {
  return deidentification;
}
