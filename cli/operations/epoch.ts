import type { EpochState } from '../../domain/model/epoch.ts';
import { type ApiClient, operation } from '../api/client.ts';
import { type Connection, type PageVariables, collect } from './connection.ts';
import { type Answer, errorSelection, successOf } from './failure.ts';

export interface EpochView {
  readonly id: string;
  readonly index: number;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly state: EpochState;
  readonly keyMadeAt: string | null;
  readonly cutBecause: string | null;
  readonly destroyedAt: string | null;
  readonly destroyedBecause: string | null;
  readonly corpora: number;
}

export interface RotationView {
  readonly ended: EpochView;
  readonly next: EpochView;
  readonly waitsFor: string | null;
}

const epochSelection = 'id: rawId index startsAt endsAt state keyMadeAt cutBecause destroyedAt destroyedBecause corpora';

export const epochsOperation = operation<
  PageVariables & { readonly target: string },
  { readonly epochs: Connection<EpochView> }
>(/* GraphQL */ `
    query Epochs($target: String!, $first: Int!, $after: String) {
      epochs(target: $target, first: $first, after: $after) {
        edges { node { ${epochSelection} } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `);

export const rotateEpochOperation = operation<
  { readonly target: string; readonly reason: string },
  { readonly rotateEpoch: Answer<RotationView> }
>(/* GraphQL */ `
  mutation RotateEpoch($target: String!, $reason: String!) {
    rotateEpoch(target: $target, reason: $reason) {
      __typename
      ... on EpochRotation { ended { ${epochSelection} } next { ${epochSelection} } waitsFor }
      ${errorSelection}
    }
  }
`);

/** The epochs of a target that were begun, the newest first. Throws `target-not-found`. */
export function listEpochs(api: ApiClient, target: string, limit: number): Promise<readonly EpochView[]> {
  return collect(limit, async (page) => (await api.request(epochsOperation, { ...page, target })).epochs);
}

/** Throws `not-found`, `conflict`. */
export async function rotateEpoch(api: ApiClient, target: string, reason: string): Promise<RotationView> {
  return successOf((await api.request(rotateEpochOperation, { target, reason })).rotateEpoch);
}
