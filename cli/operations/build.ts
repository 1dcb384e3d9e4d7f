import type { Build } from '../../domain/model/build.ts';
import { type ApiClient, operation } from '../api/client.ts';
import { notFound } from '../failure.ts';
import { type Connection, type PageVariables, collect } from './connection.ts';

export type BuildView = Pick<
  Build,
  | 'id'
  | 'kind'
  | 'key'
  | 'sourceDigest'
  | 'flags'
  | 'profileDigest'
  | 'elfBuildId'
  | 'binary'
  | 'libraries'
  | 'textBytes'
  | 'seconds'
  | 'createdAt'
> & {
  readonly target: { readonly name: string };
  readonly toolchain: Pick<Build['toolchain'], 'kind' | 'version' | 'identity'>;
  readonly profileVersion: { readonly number: number } | null;
};

const buildSelection = `
  id: rawId kind key sourceDigest flags profileDigest elfBuildId textBytes seconds createdAt
  binary { digest sizeBytes } libraries { path elfBuildId file { digest sizeBytes } } toolchain { kind version identity } target { name } profileVersion { number }`;

export const buildsOperation = operation<
  PageVariables & { readonly target: string },
  { readonly builds: Connection<BuildView> }
>(/* GraphQL */ `
    query Builds($target: String!, $first: Int!, $after: String) {
      builds(target: $target, first: $first, after: $after) {
        edges { node { ${buildSelection} } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `);

export const buildOperation = operation<{ readonly id: string }, { readonly build: BuildView | null }>(/* GraphQL */ `
  query Build($id: ID!) {
    build(id: $id) { ${buildSelection} }
  }
`);

export function listBuilds(api: ApiClient, target: string, limit: number): Promise<readonly BuildView[]> {
  return collect(limit, async (page) => (await api.request(buildsOperation, { ...page, target })).builds);
}

/** Throws `not-found`. */
export async function readBuild(api: ApiClient, id: string): Promise<BuildView> {
  const { build } = await api.request(buildOperation, { id });
  if (build !== null) return build;
  throw notFound(`There is no build "${id}".`, 'hone build list TARGET shows the builds and their ids.');
}
