import type { PrivacyCost } from '../privacy/accounting.ts';
import type { PrivacyEpoch } from '../privacy/epoch.ts';
import type { SessionId, TargetId } from '../ids.ts';

/** What a budget is spent on. */
export type PrivacyPurpose = 'session-report' | 'traffic-sample';

/** One release that was paid for: a line of the ledger, kept for ever. */
export interface PrivacySpend extends PrivacyCost {
  readonly id: string;
  readonly targetId: TargetId;
  readonly sessionId: SessionId;
  readonly purpose: PrivacyPurpose;
  /** The epoch in which it was spent, and the epoch's whole budget then. */
  readonly epoch: PrivacyEpoch;
  readonly budget: PrivacyCost;
  readonly createdAt: string;
}

/** The right to one release, given before it is made; or why there is none. */
export type PrivacyGrant =
  ({ readonly granted: true } & PrivacyCost) | { readonly granted: false; readonly code: string; readonly message: string };

/** How one aggregate was noised. */
export interface PrivacyMechanism {
  readonly aggregate: 'shapes' | 'body-sizes' | 'distinct-targets' | 'requests-per-minute' | 'customers' | 'room-for-shapes';
  readonly distribution: 'discrete-gaussian' | 'discrete-laplace';
  /** The most that one customer can change: ℓ2 for the Gaussian, ℓ1 for Laplace. */
  readonly sensitivity: number;
  /** σ of the Gaussian, 1/ε times the sensitivity of Laplace: of the noise added to each count. */
  readonly scale: number;
  readonly microRho: number;
}

/** What the requests of one shape look like; every figure is made of noised counts. */
export interface ShapeFields {
  readonly shape: string;
  /** Share of the requests with a body. */
  readonly bodyShare: number;
  /** Requests by size of the body: `none`, `under-1-KiB`, …. */
  readonly bodySizes: Readonly<Record<string, number>>;
  /** How many different paths with queries there were, by powers of ten: `100-999`; `under-1000` for what the noise hides. */
  readonly distinctTargets: string;
}

/** The aggregates of one session that leave, with noise. */
export interface PrivacyRelease {
  readonly spent: PrivacyCost;
  readonly mechanisms: readonly PrivacyMechanism[];
  /** `words`: shapes with the words of their paths; `kinds`: too many of those, each word stands as `{word}`; `none`: too many even so. */
  readonly detail: 'words' | 'kinds' | 'none';
  /** A shape whose noised count is below it is left out: its mere presence would say that somebody sent it. */
  readonly threshold: number;
  /** Noised counts of request shapes (`GET /products/{number}`), clipped. */
  readonly shapes: Readonly<Record<string, number>>;
  readonly fields: readonly ShapeFields[];
  /** The traffic digest: noised, clipped counts of each minute of the session. */
  readonly requestsPerMinute: readonly number[];
  /** About how many customers there were. */
  readonly customers: number;
}

/** Stage 4's part of the de-identification report. */
export interface PrivacyReport {
  /** Who is protected: everything that one customer sent within one epoch. */
  readonly unit: 'customer-in-epoch';
  /** What of one customer counts: so many requests of a shape (or of a minute), of so many shapes (or minutes). */
  readonly maximumRequestsPerShape: number;
  readonly maximumShapesPerCustomer: number;
  /** Where a request says who its customer is: the first that is there counts. */
  readonly customerKeys: readonly string[];
  /** Requests that said nothing of their customer: each was protected as one of its own. */
  readonly requestsWithoutCustomer: number;
  /** Requests that counted for a shape, and those that did not, since their customer had enough. */
  readonly requestsCounted: number;
  readonly requestsClipped: number;
  /** Times that the gateway was started during the session: a customer counts anew in each, and the noise grows with them. */
  readonly gatewayStarts: number;
  /** Null when no budget was given. */
  readonly release: PrivacyRelease | null;
  /** Why there is no release: a code and a sentence. */
  readonly withheld: { readonly code: string; readonly message: string } | null;
}
