import type { GatewayKey } from '../../domain/model/batch-report.ts';
import { type ApiClient, operation } from '../api/client.ts';
import { notFound } from '../failure.ts';
import { type Connection, type PageVariables, collect } from './connection.ts';

export interface BatchReportView {
  /** The epoch is null for a cycle of a release that had none. */
  readonly cycle: { readonly id: string; readonly epoch: { readonly destroyedAt: string | null } | null };
  readonly artefact: { readonly digest: string; readonly sizeBytes: number };
  readonly text: string;
  readonly accepted: boolean;
  readonly problems: readonly string[];
  readonly createdAt: string;
}

export type GatewayKeyView = GatewayKey & { readonly firstSeenAt: string };

export const batchReportsOperation = operation<
  PageVariables & { readonly target: string },
  { readonly batchReports: Connection<BatchReportView> }
>(/* GraphQL */ `
  query BatchReports($target: String!, $first: Int!, $after: String) {
    batchReports(target: $target, first: $first, after: $after) {
      edges {
        node {
          cycle {
            id: rawId
            epoch {
              destroyedAt
            }
          }
          artefact {
            digest
            sizeBytes
          }
          text
          accepted
          problems
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

export const gatewayKeysOperation = operation<Record<string, never>, { readonly gatewayKeys: readonly GatewayKeyView[] }>(/* GraphQL */ `
  query GatewayKeys {
    gatewayKeys {
      keyId
      publicKey
      firstSeenAt
    }
  }
`);

export const cycleReportOperation = operation<
  { readonly id: string },
  { readonly cycle: { readonly privacyReport: Pick<BatchReportView, 'artefact' | 'accepted'> | null } | null }
>(/* GraphQL */ `
  query CycleReport($id: ID!) {
    cycle(id: $id) {
      privacyReport {
        accepted
        artefact {
          digest
          sizeBytes
        }
      }
    }
  }
`);

/** The signed report of a cycle's batch. Throws `not-found`. */
export async function readCycleReport(api: ApiClient, id: string): Promise<Pick<BatchReportView, 'artefact' | 'accepted'>> {
  const { cycle } = await api.request(cycleReportOperation, { id });
  if (cycle === null) throw notFound(`There is no cycle "${id}".`, 'hone cycle list shows the cycles and their ids.');
  if (cycle.privacyReport !== null) return cycle.privacyReport;
  throw notFound(`Cycle ${id} has no signed report.`, 'It is made when the mirror is off; a target without mirrored requests has none.');
}

/** The signed reports of a target, the newest first. Throws `target-not-found`. */
export function listBatchReports(api: ApiClient, target: string, limit: number): Promise<readonly BatchReportView[]> {
  return collect(limit, async (page) => (await api.request(batchReportsOperation, { ...page, target })).batchReports);
}

/** Every key that a gateway registered with a session, the newest first. */
export async function readGatewayKeys(api: ApiClient): Promise<readonly GatewayKeyView[]> {
  return (await api.request(gatewayKeysOperation, {})).gatewayKeys;
}
