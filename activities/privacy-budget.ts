import { HoneError } from '../domain/errors.ts';
import type { SessionId } from '../domain/ids.ts';
import type { PrivacyGrant, PrivacyPurpose } from '../domain/model/privacy.ts';
import type { Target } from '../domain/model/target.ts';
import type { Store } from '../domain/ports/store.ts';
import { epochOf, privacyOffer } from '../domain/privacy/offer.ts';

/**
 * Spends the budget of the session's epoch for the aggregates of a session, before the gateway makes them; the same session is paid for once, however often
 * this is asked. A budget that is spent ends nothing: the answer says so, and the report goes without its aggregates.
 */
export async function payForReport(
  store: Store,
  { target, sessionId, purpose = 'session-report' }: { target: Target; sessionId: SessionId; purpose?: PrivacyPurpose },
  at: Date,
): Promise<PrivacyGrant> {
  // The epoch that the session was opened in, also when the next has begun since.
  const entered = await store.epochs.ofSession(sessionId);
  const latest = entered === null ? await store.epochs.latestOf([target.id]) : [];
  const { epoch, total, perRelease } = privacyOffer(target, entered ?? epochOf(target, latest[0] ?? null, at));
  try {
    const { microRho, femtoDelta } = await store.privacy.spend({
      targetId: target.id,
      sessionId,
      purpose,
      epoch,
      budget: total,
      createdAt: at.toISOString(),
      ...perRelease,
    });
    return { granted: true, microRho, femtoDelta };
  } catch (error) {
    if (!(error instanceof HoneError) || error.code !== 'privacy-budget-spent') throw error;
    return { granted: false, code: error.code, message: error.message };
  }
}
