import type { Build } from '../../domain/model/build.ts';
import type { Evaluation } from '../../domain/model/evaluation.ts';
import type { Release } from '../../domain/model/release.ts';
import { type ApiClient, operation } from '../api/client.ts';
import { notFound } from '../failure.ts';
import { type Connection, type PageVariables, collect } from './connection.ts';
import { type Answer, errorSelection, successOf } from './failure.ts';
import { speedSelection } from './speed.ts';
import type { ChannelView } from './target.ts';

export type ReleaseView = Pick<Release, 'id' | 'number' | 'createdAt'> & {
  readonly target: { readonly name: string; readonly channels: readonly ChannelView[] };
  readonly build: Pick<Build, 'id' | 'elfBuildId' | 'binary' | 'libraries' | 'textBytes'>;
  readonly profileVersion: { readonly number: number };
  readonly evaluation: Pick<
    Evaluation,
    'verdict' | 'sentence' | 'interval' | 'pairs' | 'alpha' | 'minimumGain' | 'endpoints' | 'answers' | 'speed'
  >;
};

const releaseSelection = `
  id: rawId number createdAt profileVersion { number }
  target { name channels { name revision updatedAt release { number } } }
  build { id: rawId elfBuildId textBytes binary { digest sizeBytes } libraries { path elfBuildId file { digest sizeBytes } } }
  evaluation {
    verdict sentence pairs: pairCount alpha minimumGain interval { ratio low high }
    endpoints { endpoint requests pairs ratio low high } answers { compared different examples } ${speedSelection}
  }`;

export const releasesOperation = operation<
  PageVariables & { readonly target: string },
  { readonly releases: Connection<ReleaseView> }
>(/* GraphQL */ `
    query Releases($target: String!, $first: Int!, $after: String) {
      releases(target: $target, first: $first, after: $after) {
        edges { node { ${releaseSelection} } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `);

export const releaseOperation = operation<
  { readonly target: string; readonly number: number },
  { readonly release: ReleaseView | null }
>(/* GraphQL */ `
  query Release($target: String!, $number: Int!) {
    release(target: $target, number: $number) { ${releaseSelection} }
  }
`);

/** A deploy hook may take its whole time, and be repeated. */
const moveSeconds = 1200;

interface MoveVariables {
  readonly target: string;
  readonly channel: string;
  readonly reason: string;
}

export const promoteOperation = operation<MoveVariables & { readonly number: number }, { readonly promoteRelease: Answer<ChannelView> }>(
  /* GraphQL */ `
    mutation PromoteRelease($target: String!, $number: Int!, $channel: String!, $reason: String!) {
      promoteRelease(target: $target, number: $number, channel: $channel, reason: $reason) {
        __typename
        ... on Channel { name revision updatedAt release { number } }
        ${errorSelection}
      }
    }
  `,
  moveSeconds,
);

export const rollbackOperation = operation<MoveVariables, { readonly rollbackRelease: Answer<ChannelView> }>(
  /* GraphQL */ `
    mutation RollbackRelease($target: String!, $channel: String!, $reason: String!) {
      rollbackRelease(target: $target, channel: $channel, reason: $reason) {
        __typename
        ... on Channel { name revision updatedAt release { number } }
        ${errorSelection}
      }
    }
  `,
  moveSeconds,
);

export function listReleases(api: ApiClient, target: string, limit: number): Promise<readonly ReleaseView[]> {
  return collect(limit, async (page) => (await api.request(releasesOperation, { ...page, target })).releases);
}

export async function readRelease(api: ApiClient, target: string, number: number): Promise<ReleaseView> {
  const { release } = await api.request(releaseOperation, { target, number });
  if (release !== null) return release;
  throw notFound(`${target} has no release ${String(number)}.`, `hone release list ${target} shows them.`);
}

/** Answers the channel as it is afterwards. Throws `conflict`, `deploy-failed`, `not-found`. */
export async function promoteRelease(api: ApiClient, move: MoveVariables & { readonly number: number }): Promise<ChannelView> {
  return successOf((await api.request(promoteOperation, move)).promoteRelease);
}

export async function rollbackRelease(api: ApiClient, move: MoveVariables): Promise<ChannelView> {
  return successOf((await api.request(rollbackOperation, move)).rollbackRelease);
}
