import type { DimensionState, FreshnessDimension, FreshnessStanding, FreshnessVerdict } from '../../domain/model/freshness.ts';
import { type ApiClient, operation } from '../api/client.ts';
import { type Connection, type PageVariables, collect } from './connection.ts';
import { type Answer, errorSelection, successOf } from './failure.ts';

export interface FindingView {
  readonly dimension: FreshnessDimension;
  readonly state: DimensionState;
  readonly value: number | null;
  readonly unit: 'days' | 'share' | 'changes';
  readonly threshold: number;
  readonly checksAbove: number;
  readonly trendPerDay: number | null;
  readonly forecast: { readonly expected: string; readonly earliest: string; readonly latest: string } | null;
  readonly sentence: string;
  readonly details: readonly string[];
}

export interface FreshnessView {
  readonly id: string;
  readonly at: string;
  readonly version: { readonly number: number } | null;
  readonly verdict: FreshnessVerdict;
  readonly standing: FreshnessStanding;
  readonly sentence: string;
  readonly dimensions: readonly FindingView[];
  readonly refresh: { readonly start: boolean; readonly because: string; readonly notBefore: string | null };
  readonly cycle: { readonly id: string } | null;
}

/** A target with its last check. */
export interface TargetFreshnessView {
  readonly name: string;
  readonly freshness: FreshnessView | null;
}

/** A source that has changed is compiled before there is an answer; large ones take hours. */
const compileSeconds = 7 * 3600;

const checkSelection = `
  id: rawId at version { number } verdict standing sentence
  dimensions { dimension state value unit threshold checksAbove trendPerDay forecast { expected earliest latest } sentence details }
  refresh { start because notBefore } cycle { id: rawId }`;

export const targetsFreshnessOperation = operation<PageVariables, { readonly targets: Connection<TargetFreshnessView> }>(/* GraphQL */ `
  query TargetsFreshness($first: Int!, $after: String) {
    targets(first: $first, after: $after) {
      edges { node { name freshness { ${checkSelection} } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const freshnessChecksOperation = operation<
  PageVariables & { readonly target: string },
  { readonly freshnessChecks: Connection<FreshnessView> }
>(/* GraphQL */ `
  query FreshnessChecks($target: String!, $first: Int!, $after: String) {
    freshnessChecks(target: $target, first: $first, after: $after) {
      edges { node { ${checkSelection} } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const checkFreshnessOperation = operation<{ readonly target: string }, { readonly checkFreshness: Answer<FreshnessView> }>(
  /* GraphQL */ `
  mutation CheckFreshness($target: String!) {
    checkFreshness(target: $target) {
      __typename
      ... on FreshnessCheck { ${checkSelection} }
      ${errorSelection}
    }
  }
`,
  compileSeconds,
);

/** How a version fits the source as it is now. */
export interface MatchView {
  readonly version: { readonly number: number; readonly state: string };
  readonly lostShare: number;
  readonly functionsChanged: number;
  readonly functionsGone: number;
  readonly functionsNew: number;
  readonly heaviest: readonly { readonly name: string; readonly isGone: boolean; readonly share: number }[];
}

export const matchProfilesOperation = operation<
  { readonly target: string; readonly versions: number },
  { readonly matchProfiles: Answer<{ readonly matches: readonly MatchView[] }> }
>(
  /* GraphQL */ `
  mutation MatchProfiles($target: String!, $versions: Int!) {
    matchProfiles(target: $target, versions: $versions) {
      __typename
      ... on ProfileMatches {
        matches { version { number state } lostShare functionsChanged functionsGone functionsNew heaviest { name isGone share } }
      }
      ${errorSelection}
    }
  }
`,
  compileSeconds,
);

/** The versions with how they fit, the best first. Throws `not-found`, `build-failed`, `engine-unavailable`. */
export async function matchProfiles(api: ApiClient, target: string, versions: number): Promise<readonly MatchView[]> {
  return successOf((await api.request(matchProfilesOperation, { target, versions })).matchProfiles).matches;
}

/** Every target with its last check, the newest target first. */
export function listFreshness(api: ApiClient, limit: number): Promise<readonly TargetFreshnessView[]> {
  return collect(limit, async (page) => (await api.request(targetsFreshnessOperation, page)).targets);
}

/** The checks of a target, the newest first. Throws `target-not-found`. */
export function listChecks(api: ApiClient, target: string, limit: number): Promise<readonly FreshnessView[]> {
  return collect(limit, async (page) => (await api.request(freshnessChecksOperation, { ...page, target })).freshnessChecks);
}

/** Throws `not-found`, `engine-unavailable`. */
export async function checkFreshness(api: ApiClient, target: string): Promise<FreshnessView> {
  return successOf((await api.request(checkFreshnessOperation, { target })).checkFreshness);
}
