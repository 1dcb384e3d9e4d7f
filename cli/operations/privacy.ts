import { type ApiClient, operation } from '../api/client.ts';
import { notFound } from '../failure.ts';
import { type Connection, type PageVariables, collect } from './connection.ts';

/** What of a target's budget of differential privacy is spent in the epoch that runs; ρ in millionths. */
export interface BudgetView {
  readonly epoch: number;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly epsilon: number;
  readonly delta: number;
  readonly epsilonSpent: number;
  readonly thresholdDeltaSpent: number;
  readonly budgetMicroRho: number;
  readonly spentMicroRho: number;
  readonly leftMicroRho: number;
  readonly releases: number;
  readonly releasesLeft: number;
}

export interface SpendView {
  readonly id: string;
  readonly sessionId: string;
  readonly purpose: string;
  readonly epoch: number;
  readonly microRho: number;
  readonly thresholdDelta: number;
  readonly createdAt: string;
}

export const privacyBudgetOperation = operation<
  { readonly name: string },
  { readonly target: { readonly privacyBudget: BudgetView } | null }
>(/* GraphQL */ `
  query PrivacyBudget($name: String!) {
    target(name: $name) {
      privacyBudget {
        epoch
        startsAt
        endsAt
        epsilon
        delta
        epsilonSpent
        thresholdDeltaSpent
        budgetMicroRho
        spentMicroRho
        leftMicroRho
        releases
        releasesLeft
      }
    }
  }
`);

export const privacySpendsOperation = operation<
  PageVariables & { readonly target: string },
  { readonly privacySpends: Connection<SpendView> }
>(/* GraphQL */ `
  query PrivacySpends($target: String!, $first: Int!, $after: String) {
    privacySpends(target: $target, first: $first, after: $after) {
      edges {
        node {
          id: rawId
          sessionId
          purpose
          epoch
          microRho
          thresholdDelta
          createdAt
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** The budget of the epoch that runs, and the newest lines of the ledger. Throws `not-found`. */
export async function readBudget(
  api: ApiClient,
  name: string,
  limit: number,
): Promise<{ readonly budget: BudgetView; readonly ledger: readonly SpendView[] }> {
  const { target } = await api.request(privacyBudgetOperation, { name });
  if (target === null) throw notFound(`There is no target "${name}".`, 'hone target list shows them.');
  const ledger = await collect(limit, async (page) => (await api.request(privacySpendsOperation, { ...page, target: name })).privacySpends);
  return { budget: target.privacyBudget, ledger };
}
