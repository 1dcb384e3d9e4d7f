import { isSlot, type Node, type Slot, type Truth } from './truth.ts';
import type { Draft } from './templates.ts';

/** What the issue asks of every request. */
export const least = { bytes: 600, fields: 12, depth: 3 } as const;

/** Path and query of a draft; its truths learn their places. */
export function writeTarget({ path, query }: Pick<Draft, 'path' | 'query'>): string {
  const segments = path.map((segment, index) =>
    typeof segment === 'string' ? segment : encodeURIComponent(at(segment, `path/${index + 1}`)),
  );
  const pairs = Object.entries(query).map(([name, slot]) => `${name}=${encodeURIComponent(at(slot, `query/${name}`))}`);
  return `/${segments.join('/')}?${pairs.join('&')}`;
}

/** A slot's text; its truths learn that it stands at `place`. */
export function at(slot: Slot, place: string): string {
  for (const truth of slot.truths) truth.place = place;
  return slot.text;
}

/** False when a decoy holds a value that must go. */
export function noneTwice(truths: readonly Truth[]): boolean {
  const staying = truths.filter(({ must }) => must === 'stay').map(({ value }) => value.toLowerCase());
  return truths.every(({ must, value }) => must === 'stay' || staying.every((text) => !text.includes(value.toLowerCase())));
}

/** Leaves and nesting of a draft's body, for the check that the corpus is what was asked for. */
export function measure(node: Node): { readonly fields: number; readonly depth: number } {
  if (isSlot(node)) return { fields: 1, depth: 0 };
  const parts = (Object.values(node) as readonly Node[]).map(measure);
  return { fields: parts.reduce((sum, part) => sum + part.fields, 0), depth: 1 + Math.max(0, ...parts.map((part) => part.depth)) };
}
