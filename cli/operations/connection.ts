/** One page of a Relay connection, as every list operation asks for it. */
export interface Connection<Node> {
  readonly edges: readonly ({ readonly node: Node } | null)[] | null;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface PageVariables {
  readonly first: number;
  readonly after: string | null;
}

const largestPage = 100;

/** At most `limit` nodes, page by page. */
export async function collect<Node>(
  limit: number,
  page: (variables: PageVariables) => Promise<Connection<Node>>,
): Promise<readonly Node[]> {
  const nodes: Node[] = [];
  let after: string | null = null;
  while (nodes.length < limit) {
    const connection: Connection<Node> = await page({ first: Math.min(largestPage, limit - nodes.length), after });
    nodes.push(...(connection.edges ?? []).flatMap((edge) => (edge === null ? [] : [edge.node])));
    if (!connection.pageInfo.hasNextPage) break;
    after = connection.pageInfo.endCursor;
  }
  return nodes;
}
