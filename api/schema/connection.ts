import { HoneError } from '../../domain/errors.ts';
import type { Page, PageRequest } from '../../domain/ports/store.ts';

const defaultRows = 20;
const mostRows = 100;

interface ConnectionArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** The page that Relay's arguments ask for. Throws `input-invalid`. */
function pageOf({ first, after, last, before }: ConnectionArguments): PageRequest {
  if (last != null || before != null)
    throw new HoneError('input-invalid', 'Lists are read forward, newest first.', 'Use first and after; leave last and before out.');
  const rows = first ?? defaultRows;
  if (rows < 1 || rows > mostRows)
    throw new HoneError(
      'input-invalid',
      `A page of ${String(rows)} rows was asked for.`,
      `Ask for 1 to ${String(mostRows)} rows with first.`,
    );
  return { first: rows, after: after ?? null };
}

/** Reads one page by key and answers it as a Relay connection. */
export async function connectionOf<Row>(args: ConnectionArguments, read: (page: PageRequest) => Promise<Page<Row>>) {
  const page = await read(pageOf(args));
  const edges = page.rows.map(({ row, cursor }) => ({ node: row, cursor }));
  const pageInfo = {
    hasNextPage: page.hasNextPage,
    hasPreviousPage: args.after != null,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { edges, pageInfo };
}

/** `BuildConnection` and `BuildEdge`: the options that name a connection's types. */
export function connectionNames(node: string): [{ readonly name: string }, { readonly name: string }] {
  return [{ name: `${node}Connection` }, { name: `${node}Edge` }];
}
