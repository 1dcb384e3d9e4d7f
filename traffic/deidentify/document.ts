import type { BodyFormat } from './formats/body.ts';
import type { IdentifierKind, Shape } from './identifiers.ts';

/** An identifier found in a leaf. `raw` is there from `sanitise` to `tokenise`, `digest` from then on. */
export interface Finding {
  readonly kind: IdentifierKind;
  /** UTF-16 units of the leaf's decoded text that it stands for: what is around it is written back to the byte. */
  readonly length: number;
  /** The normalised value; null once it has been replaced by its keyed digest. */
  raw: string | null;
  digest: Buffer | null;
  /** A digest of its own for the domain of an e-mail address, so that one company stays one company. */
  domainDigest: Buffer | null;
  /** Of a short value: by it a pseudonym is known that is the value itself by chance; from `tokenise` on. */
  selfMark?: number;
  /** What the pseudonym keeps of the value's look. */
  readonly shape: Shape;
}

/** Literal text, or an identifier that stands in its place. Together they are the leaf's decoded text, in its order. */
export type Span = string | Finding;

/** How the decoded text of a leaf or a nest is written in its source; `formats/codecs.ts` has one codec for each. */
export type Encoding =
  | 'plain'
  | 'form'
  | 'percent'
  | 'html'
  | 'escapes'
  | 'json-string'
  | 'json-number'
  | 'xml-text'
  | 'xml-attribute'
  | 'quoted'
  | 'base64'
  | 'utf-8';

/** One value of a request that may identify somebody: a path segment, a query value, a header, a body's field. */
export interface Leaf {
  /** `link` is the path of a URL within the request: its segments go by each other as those of the path do. */
  readonly place: 'path' | 'link' | 'query' | 'header' | 'body';
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

/** A value whose decoded text is a document of its own: JSON in a string, an escaped text, base64 that says something. */
export interface Nest {
  readonly encoding: Encoding;
  /** As sent. */
  readonly source: string;
  /** Their sources, joined, are the decoded text of `source`. */
  readonly pieces: readonly Piece[];
}

/** Fixed text of the request (separators, brackets), a leaf, or a document within. */
export type Piece = string | Leaf | Nest;

export interface HeaderPieces {
  readonly name: string;
  readonly pieces: readonly Piece[];
}

/** A request taken apart into leaves and what is between them. */
export interface RequestDocument {
  readonly target: readonly Piece[];
  readonly headers: readonly HeaderPieces[];
  readonly body: readonly Piece[];
  /** How the body's text becomes bytes again. */
  readonly bodyFormat: BodyFormat;
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

/** Every leaf, at any depth, in the order of the request. */
export function leavesOf(document: RequestDocument): Leaf[] {
  const leaves: Leaf[] = [];
  addLeaves(document.target, leaves);
  for (const header of document.headers) addLeaves(header.pieces, leaves);
  addLeaves(document.body, leaves);
  return leaves;
}

/** Every leaf of some pieces, at any depth, in their order. */
export function leavesOfPieces(pieces: readonly Piece[]): Leaf[] {
  const leaves: Leaf[] = [];
  addLeaves(pieces, leaves);
  return leaves;
}

function addLeaves(pieces: readonly Piece[], leaves: Leaf[]): void {
  for (const piece of pieces) {
    if (typeof piece === 'string') continue;
    if ('pieces' in piece) addLeaves(piece.pieces, leaves);
    else leaves.push(piece);
  }
}

export function* findingsOf(leaf: Leaf): Generator<Finding> {
  for (const span of leaf.spans) if (typeof span !== 'string') yield span;
}
