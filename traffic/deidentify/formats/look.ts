import { makeLeaf, type Encoding, type Leaf, type Piece } from '../document.ts';
import type { FieldRules } from '../fields.ts';
import { DropRequest, type Count } from '../stage.ts';

/** What taking a request apart knows of its surroundings. */
export interface Look {
  readonly rules: FieldRules;
  readonly count: Count;
  /** Of a body after decompression. */
  readonly maximumBodyBytes: number;
  /** Encodings around the text that is looked at. */
  readonly depth: number;
  /** Documents around it that stand in texts: JSON in a string, a URL in a URL. */
  readonly documents: number;
  /** Shared by all looks into one request. */
  readonly budget: { leaves: number };
  /** Looks inside a text that may hold more; `inside.ts` has it. A field, since the formats within need it too. */
  readonly inside: PieceOf;
}

/** A value as a leaf, or as what it holds. `text` is what `source` stands for; `signs` are what `signsOf` saw. */
export type PieceOf = (look: Look, spot: Spot, encoding: Encoding, source: string, text: string, signs: number) => Piece;

/** Percent, references, escapes and base64 around each other. */
export const maximumDepth = 4;
/** Documents in texts of each other: each costs a pass over all that is in it. */
export const maximumDocuments = 12;
/** Objects, arrays and elements around each other. */
export const maximumNesting = 128;
/** A longer name of a field is a value in the wrong place. */
const maximumNameLength = 1024;
/** A body of the largest size with nothing but digits has five times as many; no record has. */
const maximumLeaves = 100_000;

/** What a request's values are looked at with, before the first. */
export const newBudget = (): Look['budget'] => ({ leaves: maximumLeaves });

/** Where a value stands. */
export interface Spot {
  readonly place: Leaf['place'];
  /** Innermost first. */
  readonly fields: readonly string[];
  readonly isName: boolean;
}

export const valueAt = (place: Leaf['place'], fields: readonly string[]): Spot => ({ place, fields, isName: false });
export const nameAt = (place: Leaf['place']): Spot => ({ place, fields: [], isName: true });

/** A leaf, counted. Throws {@link DropRequest} `too-many-values`. */
export function leafAt(look: Look, spot: Spot, encoding: Encoding, source: string, text: string): Leaf {
  if ((look.budget.leaves -= 1) < 0) throw new DropRequest('too-many-values');
  if (spot.isName && text.length > maximumNameLength) throw new DropRequest('name-too-long');
  return makeLeaf(spot.place, spot.fields, encoding, source, text, spot.isName);
}

const isUpper = 1;
const isBase64 = 2;
const isMark = 4;

const classes = (() => {
  const table = new Uint8Array(128);
  for (const character of 'abcdefghijklmnopqrstuvwxyz0123456789+/_-') table[character.charCodeAt(0)] = isBase64;
  for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') table[character.charCodeAt(0)] = isUpper | isBase64;
  for (const character of '%&\\{[<?') table[character.charCodeAt(0)] = isMark;
  return table;
})();

/** A text may be a document or escaped. */
export const signOfMarks = 1;
/** A text may be base64 or have some in it. */
export const signOfBase64 = 2;

/** Which encodings or documents a text may hold: one pass, since most values hold none. */
function signsOf(text: string): number {
  const length = text.length;
  let run = 0;
  let upper = false;
  let signs = 0;
  for (let index = 0; index <= length; index += 1) {
    const code = index < length ? text.charCodeAt(index) : 0;
    const kind = code < 128 ? (classes[code] ?? 0) : 0;
    if ((kind & isBase64) !== 0) {
      run += 1;
      if ((kind & isUpper) !== 0) upper = true;
      continue;
    }
    if (kind === isMark) signs |= signOfMarks;
    else if (code === 0x3a && text.charCodeAt(index + 1) === 0x2f && text.charCodeAt(index + 2) === 0x2f) signs |= signOfMarks;
    if (upper && run >= 8) signs |= signOfBase64;
    if (signs === (signOfMarks | signOfBase64)) return signs;
    run = 0;
    upper = false;
  }
  return signs;
}

/** Adds pieces to others; there may be more than a call takes arguments. */
export function append(pieces: Piece[], more: readonly Piece[]): void {
  for (const piece of more) pieces.push(piece);
}

/** A value, looked into when it may hold more. Shorter texts hold nothing that an identifier fits in. */
export function pieceAt(look: Look, spot: Spot, encoding: Encoding, source: string, text: string): Piece {
  const signs = text.length > 5 ? signsOf(text) : 0;
  return signs === 0 ? leafAt(look, spot, encoding, source, text) : look.inside(look, spot, encoding, source, text, signs);
}
