import type { ReplayComparison } from '../../domain/model/collection.ts';
import type { ProfileVersion } from '../../domain/model/profile.ts';
import { type ApiClient, operation } from '../api/client.ts';
import { notFound } from '../failure.ts';
import { type Connection, type PageVariables, collect } from './connection.ts';
import type { NamedCountView } from './cycle.ts';

export type ProfileView = Pick<ProfileVersion, 'id' | 'number' | 'state' | 'profile' | 'createdAt'> & {
  readonly target: { readonly name: string };
  readonly cycle: { readonly id: string };
  readonly acceptance: Pick<ProfileVersion['acceptance'], 'accepted' | 'windowOverlap' | 'lastVersionOverlap'> & {
    readonly summary: Pick<ProfileVersion['acceptance']['summary'], 'functions' | 'functionsWithCounts' | 'coveredShare' | 'density'> & {
      /** Too large for a GraphQL Int. */
      readonly totalCount: string;
    };
    readonly checks: ProfileVersion['acceptance']['checks'];
  };
};

type Acceptance = ProfileVersion['acceptance'];

/** A version with its whole acceptance report and its provenance. */
export type ProfileDetail = ProfileView & {
  readonly acceptance: Pick<Acceptance, 'source'> & {
    readonly summary: Pick<Acceptance['summary'], 'blocks' | 'binaryIds'> & {
      readonly functionsWithCountsShare: number;
      readonly maximumCount: string;
    };
    /** Null for a command drive. */
    readonly replay: ReplayView | null;
  };
  readonly provenance: ProfileVersion['provenance'];
};

/** Answers by status class are a list, the largest first. */
export type ReplayView = Omit<ReplayComparison, 'production' | 'replay'> &
  Readonly<Record<'production' | 'replay', readonly NamedCountView[]>>;

const profileSelection = `
  id: rawId number state createdAt target { name } cycle { id: rawId } profile { digest sizeBytes }
  acceptance {
    accepted windowOverlap lastVersionOverlap
    summary { functions functionsWithCounts totalCount coveredShare density }
    checks { name passed sentence }
  }`;

export const profilesOperation = operation<
  PageVariables & { readonly target: string },
  { readonly profileVersions: Connection<ProfileView> }
>(/* GraphQL */ `
  query ProfileVersions($target: String!, $first: Int!, $after: String) {
    profileVersions(target: $target, first: $first, after: $after) {
      edges { node { ${profileSelection} } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const profileOperation = operation<
  { readonly target: string; readonly number: number },
  { readonly profileVersion: ProfileDetail | null }
>(/* GraphQL */ `
  query ProfileVersion($target: String!, $number: Int!) {
    profileVersion(target: $target, number: $number) {
      ${profileSelection}
      acceptance {
        summary { functionsWithCountsShare maximumCount blocks binaryIds }
        source { mismatched mismatchedCount mismatchedShare missing missingCount }
        replay {
          compared sameStatusClass meanSizeRatio similarSizeShare
          production { name count } replay { name count }
        }
      }
      provenance {
        manifestDigest sourceDigest flags instrumentedBuildId trafficDigest deidentificationRules parentVersion
        toolchain { kind version identity }
        windows { index attempt host kept requests rejections rawProfiles: rawProfileDigests }
      }
    }
  }
`);

export function listProfiles(api: ApiClient, target: string, limit: number): Promise<readonly ProfileView[]> {
  return collect(limit, async (page) => (await api.request(profilesOperation, { ...page, target })).profileVersions);
}

export async function readProfile(api: ApiClient, target: string, number: number): Promise<ProfileDetail> {
  const { profileVersion } = await api.request(profileOperation, { target, number });
  if (profileVersion !== null) return profileVersion;
  throw notFound(`${target} has no profile version ${String(number)}.`, `hone profile list ${target} shows them.`);
}
