import { builder } from '../builder.ts';

interface NamedCount {
  readonly name: string;
  readonly count: number;
}

/** Counts by name, the largest first. */
export function namedCounts(record: Readonly<Record<string, number>>): readonly NamedCount[] {
  const entries = Object.entries(record).map(([name, count]) => ({ name, count }));
  return entries.toSorted((left, right) => right.count - left.count || left.name.localeCompare(right.name));
}

export const NamedCountObject = builder.objectRef<NamedCount>('NamedCount').implement({
  fields: (t) => ({ name: t.exposeString('name'), count: t.field({ type: 'BigInt', resolve: ({ count }) => count }) }),
});
