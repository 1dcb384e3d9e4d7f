import type { Node, Slot } from '../truth.ts';
import { isSlot, makeSlot } from '../truth.ts';
import type { Language } from './pools.ts';

/**
 * A service's request. A leaf `!kind` must go (`!kind/bare`: without separators), `#kind` goes as a JSON number, `=kind` stays, `%kind` is there and
 * nobody judges it, `&text` is a text of which the `{kind}`s must go, `~` is a remark; other leaves stand as they are. A name `a|b|c` is one of them,
 * `name?` is left out at times, `name*3` is an array of three. The authorization header is `Bearer`, or `Basic`
 * when it is `!basic-credentials`.
 */
export interface Service {
  /** Of its clients; names, streets and numbers are made accordingly. */
  readonly languages: readonly Language[];
  /** What such a service takes, each as often as it stands there. */
  readonly formats: readonly string[];
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, Leaf>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, Spec>>;
}
type Leaf = string | number | boolean;
export type Spec = Leaf | readonly Spec[] | { readonly [name: string]: Spec };

/** Who makes the values; see {@link Service} for the leaves. */
export interface Leaves {
  /** Text that {@link isMarked}. `isPlain`: never encoded. */
  value(leaf: string, field: string, isPlain: boolean): Slot;
  oneOf(names: readonly string[]): string;
  /** True when an optional field is there. */
  isThere(): boolean;
}

/** Whether a leaf is a value to be made. */
export const isMarked = (leaf: string) => /^[!#=%&~]/.test(leaf);

/** A service's body, or its query as one level of it, with values. */
export function expand(leaves: Leaves, spec: Spec, field: string, isPlain = false): Node {
  if (typeof spec !== 'object') return leafNode(leaves, spec, field, isPlain);
  if (Array.isArray(spec)) return (spec as readonly Spec[]).map((child) => expand(leaves, child, field, isPlain));
  const fields: Record<string, Node> = {};
  for (const [name, child] of Object.entries(spec as Readonly<Record<string, Spec>>)) {
    const [, names = '', count = '', optional = ''] = /^([^*?]*)(?:\*(\d))?(\??)$/.exec(name) ?? [];
    if (optional !== '' && !leaves.isThere()) continue;
    const chosen = leaves.oneOf(names.split('|'));
    fields[chosen] = count === '' ? expand(leaves, child, chosen, isPlain) : repeated(leaves, child, chosen, Number(count));
  }
  return fields;
}

const repeated = (leaves: Leaves, spec: Spec, field: string, count: number): Node =>
  Array.from({ length: count }, () => expand(leaves, spec, field));

function leafNode(leaves: Leaves, leaf: Leaf, field: string, isPlain: boolean): Node {
  if (typeof leaf === 'string' && isMarked(leaf)) return leaves.value(leaf, field, isPlain);
  return makeSlot({ truths: [], text: String(leaf), token: typeof leaf === 'string' ? null : String(leaf) });
}

/** Every name in a body. */
export function namesIn(node: Node): readonly string[] {
  if (isSlot(node)) return [];
  const children = Object.entries(node as Readonly<Record<string, Node>>);
  return children.flatMap(([name, child]) => [...(Array.isArray(node) ? [] : [name]), ...namesIn(child)]);
}
