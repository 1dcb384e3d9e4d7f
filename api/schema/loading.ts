import { HoneError } from '../../domain/errors.ts';

/** Rows in the order of their ids, with an error in the place of each that is not there: what a data loader wants. */
export function inOrder<Id extends string, Row extends { readonly id: Id }>(
  ids: readonly Id[],
  rows: readonly Row[],
  what: string,
): (Row | HoneError)[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map(
    (id) => byId.get(id) ?? new HoneError('not-found', `There is no ${what} ${id}.`, 'Look at the lists of the API for what there is.'),
  );
}

/** The row of each key, or null: one row a key at most. */
export function oneEach<Key extends string, Row>(keys: readonly Key[], rows: readonly Row[], keyOf: (row: Row) => Key): (Row | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** The rows of each key, in their order. */
export function manyEach<Key extends string, Row>(keys: readonly Key[], rows: readonly Row[], keyOf: (row: Row) => Key): Row[][] {
  const byKey = Map.groupBy(rows, keyOf);
  return keys.map((key) => byKey.get(key) ?? []);
}
