import type { IdentifierKind, Shape } from './identifiers.ts';

/** An identifier found in a leaf. `raw` is there from `sanitise` to `tokenise`, `digest` from then on. */
export interface Finding {
  readonly kind: IdentifierKind;
  /** The normalised value; null once it has been replaced by its keyed digest. */
  raw: string | null;
  digest: Buffer | null;
  /** A digest of its own for the domain of an e-mail address, so that one company stays one company. */
  domainDigest: Buffer | null;
  /** What the pseudonym keeps of the value's look. */
  readonly shape: Shape;
}

/** Literal text, or an identifier that stands in its place. */
export type Span = string | Finding;

/** How a leaf's text is written back. */
export type Encoding = 'segment' | 'form' | 'json-string' | 'json-number' | 'plain';

/** One value of a request that may identify somebody: a path segment, a query value, a header, a body's field. */
export interface Leaf {
  readonly place: 'path' | 'query' | 'header' | 'body';
  /** True for the name of a field rather than its value. */
  readonly isName: boolean;
  /** The names that lead to the value, innermost first. */
  readonly fields: readonly string[];
  readonly encoding: Encoding;
  /** As sent, so that a leaf without findings is written back unchanged. */
  readonly source: string;
  spans: Span[];
  touched: boolean;
}

/** Fixed text of the request (separators, brackets), or a leaf. */
export type Piece = string | Leaf;

export interface HeaderPieces {
  readonly name: string;
  readonly pieces: readonly Piece[];
}

/** A request taken apart into leaves and what is between them. */
export interface RequestDocument {
  readonly target: readonly Piece[];
  readonly headers: readonly HeaderPieces[];
  readonly body: readonly Piece[];
}

/** Makes a leaf of decoded text. */
export function makeLeaf(
  place: Leaf['place'],
  fields: readonly string[],
  encoding: Encoding,
  source: string,
  text: string,
  isName = false,
): Leaf {
  return { place, isName, fields, encoding, source, spans: [text], touched: false };
}

export function* leavesOf(document: RequestDocument): Generator<Leaf> {
  for (const piece of document.target) if (typeof piece !== 'string') yield piece;
  for (const header of document.headers) for (const piece of header.pieces) if (typeof piece !== 'string') yield piece;
  for (const piece of document.body) if (typeof piece !== 'string') yield piece;
}

export function* findingsOf(leaf: Leaf): Generator<Finding> {
  for (const span of leaf.spans) if (typeof span !== 'string') yield span;
}
