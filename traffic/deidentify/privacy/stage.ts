import type { PrivacyGrant, PrivacyReport } from '../../../domain/model/privacy.ts';
import { makeStage, type Count, type Envelope, type Stage, type StageBooks } from '../stage.ts';
import { hash, makeCustomerOf, slotOf, type CustomerKey } from './customer.ts';
import { makePrivacyLedger, slots, type Contribution, type PrivacyLedgerSettings, type PrivacySnapshot } from './ledger.ts';
import { shapesOfRequest } from './shape.ts';

/** Stage 4: counts what each customer may contribute, and releases the counts with noise, once, when the budget was spent for it. */
export interface PrivacyStage extends Stage {
  /** The exact figures, for the gateway's own snapshot; they never leave it. */
  snapshot(): PrivacySnapshot;
  /** The report for outside. A grant pays for one call. */
  privacyReport(grant: PrivacyGrant): PrivacyReport;
}

export type PrivacyStageSettings = PrivacyLedgerSettings & { readonly books?: StageBooks | undefined };

/** Stage 4 with a ledger of its own. */
export function makePrivacyStage(settings: PrivacyStageSettings): PrivacyStage {
  const ledger = makePrivacyLedger(settings);
  const stage = makeContributionStage(settings.privacy.customer, (one, count) => ledger.take(one, count), settings.books);
  return {
    ...stage,
    snapshot: () => ledger.snapshot(),
    privacyReport: (grant) => ledger.report(grant, stage.report().transformed),
  };
}

/** Stage 4 without the ledger, which takes what each request contributes. */
export function makeContributionStage(
  customer: readonly CustomerKey[],
  take: (contribution: Contribution, count: Count) => void,
  books?: StageBooks,
): Stage {
  const customerOf = makeCustomerOf(customer);
  return makeStage(
    'privacy',
    'privacy-2',
    (envelope: Envelope, count) => {
      const { output, document, isCanary } = envelope;
      if (output === null || document === null) throw new Error('privacy needs the request of structure');
      // What the gateway made up itself is no customer's.
      if (isCanary === true) return;
      const shapes = shapesOfRequest(output.method, document.target);
      const bodyBytes = Math.floor(((output.body?.length ?? 0) * 3) / 4);
      envelope.customer = customerOf(output, document);
      const slot = envelope.customer === null ? null : slotOf(envelope.customer, slots);
      take({ slot, shapes, bodyBytes, targetHash: hash(output.path) }, count);
    },
    books,
  );
}
