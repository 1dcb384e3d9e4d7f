import { HoneError } from '../domain/errors.ts';
import type { Page, PageRequest } from '../domain/ports/store.ts';

/** More rows than these are asked for in pages. */
const mostRows = 500;

interface Key {
  readonly at: Date;
  readonly id: string;
}

function encodeCursor(key: Key): string {
  return Buffer.from(`${key.at.toISOString()} ${key.id}`).toString('base64url');
}

function decodeCursor(cursor: string): Key {
  const [time, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const at = new Date(time ?? '');
  if (id === undefined || id === '' || Number.isNaN(at.getTime()))
    throw new HoneError(
      'input-invalid',
      `The cursor "${cursor.slice(0, 80)}" is not one that Hone gave out.`,
      'Pass the endCursor of a page as it was, or none for the first page.',
    );
  return { at, id };
}

type TimeColumn = 'createdAt' | 'startedAt';
type Order = { readonly [column in TimeColumn]?: 'desc' } & { readonly id?: 'desc' };
interface Query {
  readonly where: object;
  readonly orderBy: Order[];
  readonly take: number;
}

/**
 * One page by key, newest first. `find` reads with the conditions, the order and the limit given here: rows are compared
 * by time, then id, so that rows of one millisecond neither repeat nor vanish.
 */
export async function readPage<Row extends { readonly id: string }, Result>(
  page: PageRequest,
  column: TimeColumn,
  find: (query: Query) => Promise<readonly Row[]>,
  toResult: (row: Row) => Result,
): Promise<Page<Result>> {
  if (!Number.isInteger(page.first) || page.first < 1 || page.first > mostRows)
    throw new HoneError('input-invalid', `A page of ${page.first} rows was asked for.`, `Ask for 1 to ${mostRows} rows.`);
  const after = page.after === null ? null : decodeCursor(page.after);
  const where = after === null ? {} : { OR: [{ [column]: { lt: after.at } }, { [column]: after.at, id: { lt: after.id } }] };
  const found = await find({ where, orderBy: [{ [column]: 'desc' }, { id: 'desc' }] as Order[], take: page.first + 1 });
  const rows = found.slice(0, page.first).map((row) => ({
    row: toResult(row),
    cursor: encodeCursor({ at: (row as Row & { [name in TimeColumn]: Date })[column], id: row.id }),
  }));
  return { rows, hasNextPage: found.length > page.first };
}
