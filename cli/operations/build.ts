import type { Build } from '../../domain/model/build.ts';
import { type ApiClient, operation } from '../api/client.ts';
import { notFound } from '../failure.ts';
import { type Connection, type PageVariables, collect } from './connection.ts';

export type BuildView = Pick<
  Build,
  'id' | 'kind' | 'key' | 'sourceDigest' | 'flags' | 'profileDigest' | 'elfBuildId' | 'binary' | 'textBytes' | 'seconds' | 'createdAt'
> & {
  readonly target: { readonly name: string };
  readonly toolchain: Pick<Build['toolchain'], 'kind' | 'version' | 'identity'>;
  readonly profileVersion: { readonly number: number } | null;
};

const buildSelection = `
  id: rawId kind key sourceDigest flags profileDigest elfBuildId textBytes seconds createdAt
  binary { digest sizeBytes } toolchain { kind version identity } target { name } profileVersion { number }`;

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

export const buildOperation = operation<{ readonly id: string }, { readonly node: BuildView | null }>(/* GraphQL */ `
  query Build($id: ID!) {
    node(id: $id) {
      ... on Build { ${buildSelection} }
    }
  }
`);

export function listBuilds(api: ApiClient, target: string, limit: number): Promise<readonly BuildView[]> {
  return collect(limit, async (page) => (await api.request(buildsOperation, { ...page, target })).builds);
}

/** Throws `not-found`. */
export async function readBuild(api: ApiClient, id: string): Promise<BuildView> {
  const { node } = await api.request(buildOperation, { id: globalBuildId(id) });
  if (node === null) throw notFound(`There is no build "${id}".`, 'hone build list TARGET shows the builds and their ids.');
  return node;
}

/** Builds are read through Relay's `node`, which wants its own form of the UUID that people see. */
function globalBuildId(id: string): string {
  return Buffer.from(`Build:${id}`).toString('base64url');
}
