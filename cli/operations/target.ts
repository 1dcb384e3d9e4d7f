import type { Target } from '../../domain/model/target.ts';
import type { RefreshCycle } from '../../domain/model/cycle.ts';
import type { ProfileVersion } from '../../domain/model/profile.ts';
import type { Channel } from '../../domain/model/release.ts';
import { type ApiClient, operation } from '../api/client.ts';
import { notFound } from '../failure.ts';
import { type Connection, type PageVariables, collect } from './connection.ts';
import { type Answer, errorSelection, successOf } from './failure.ts';

export interface ChannelView extends Pick<Channel, 'name' | 'revision' | 'updatedAt'> {
  readonly release: { readonly number: number } | null;
}

export interface TargetView extends Pick<Target, 'id' | 'name' | 'directory' | 'manifestDigest' | 'createdAt' | 'updatedAt'> {
  readonly channels: readonly ChannelView[];
  readonly latestProfileVersion: Pick<ProfileVersion, 'number' | 'state' | 'createdAt'> | null;
  readonly activeCycle: Pick<RefreshCycle, 'id' | 'stage' | 'startedAt'> | null;
}

const targetSelection = `
  id: rawId name directory manifestDigest createdAt updatedAt channels { name revision updatedAt release { number } }
  latestProfileVersion { number state createdAt } activeCycle { id: rawId stage startedAt }`;

export const targetsOperation = operation<PageVariables, { readonly targets: Connection<TargetView> }>(/* GraphQL */ `
  query Targets($first: Int!, $after: String) {
    targets(first: $first, after: $after) {
      edges { node { ${targetSelection} } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const targetOperation = operation<
  { readonly name: string },
  { readonly target: (TargetView & { readonly manifest: unknown }) | null }
>(/* GraphQL */ `
  query Target($name: String!) {
    target(name: $name) { ${targetSelection} manifest }
  }
`);

export const registerTargetOperation = operation<
  { readonly directory: string; readonly manifest: string },
  { readonly registerTarget: Answer<TargetView> }
>(/* GraphQL */ `
  mutation RegisterTarget($directory: String!, $manifest: String!) {
    registerTarget(directory: $directory, manifest: $manifest) {
      __typename
      ... on Target { ${targetSelection} }
      ${errorSelection}
    }
  }
`);

export function listTargets(api: ApiClient, limit: number): Promise<readonly TargetView[]> {
  return collect(limit, async (page) => (await api.request(targetsOperation, page)).targets);
}

/** Throws `not-found` with the names that there are. */
export async function readTarget(api: ApiClient, name: string): Promise<TargetView & { readonly manifest: unknown }> {
  const { target } = await api.request(targetOperation, { name });
  if (target !== null) return target;
  const known = (await listTargets(api, 20)).map((other) => other.name);
  const advice = known.length === 0 ? 'Register one: hone target add DIRECTORY.' : `Targets are: ${known.join(', ')}.`;
  throw notFound(`There is no target "${name}".`, advice);
}

export async function registerTarget(api: ApiClient, directory: string, manifest: string): Promise<TargetView> {
  const { registerTarget: answer } = await api.request(registerTargetOperation, { directory, manifest });
  return successOf(answer);
}
