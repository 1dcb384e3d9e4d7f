import { findingsOf, leavesOfPieces, type Piece, type RequestDocument } from '../document.ts';
import { percentDecode } from '../formats/target.ts';

/** A request's shape in two details: with the words of its path, and with `{word}` for each. */
export interface Shapes {
  readonly words: string;
  readonly kinds: string;
}

/** Longer paths are cut: a scanner must not make shapes of any length. */
const maximumSegments = 12;
const plainWord = /^[a-zA-Z][a-zA-Z_-]{0,30}(?:\.[a-z]{1,5})?$/;
const version = /^v\d{1,2}$/;
const whole = /^-?\d+$/;

/**
 * `GET /products/{number}`: method and path. A segment in which an identifier was found is its kind, a number `{number}`, what is no word
 * `{token}`. It depends on the request alone, on nothing that others sent: else one customer could move the counts of all. A word that is
 * somebody's name and that no rule found stays in the gateway: the threshold of the release lets out what many customers sent.
 */
export function shapesOfRequest(method: string, target: RequestDocument['target']): Shapes {
  let words = `${method} `;
  let kinds = words;
  let segments = 0;
  for (const piece of target) {
    if (piece === '?') break;
    let word = '…';
    let kind = '…';
    if (typeof piece === 'string') word = kind = piece;
    else if (++segments <= maximumSegments) {
      const found = kindFound(piece);
      const text = found === null ? percentDecode(piece.source) : '';
      if (found !== null) word = kind = `{${found}}`;
      else if (version.test(text)) word = kind = text;
      else if (plainWord.test(text)) [word, kind] = [text, '{word}'];
      else word = kind = whole.test(text) ? '{number}' : '{token}';
    }
    words += word;
    kinds += kind;
    if (segments > maximumSegments) break;
  }
  return { words, kinds };
}

/** The kind of the first identifier that was found in the segment. */
function kindFound(piece: Exclude<Piece, string>): string | null {
  const touched = 'pieces' in piece ? leavesOfPieces([piece]).find((leaf) => leaf.touched) : piece.touched ? piece : undefined;
  return touched === undefined ? null : (findingsOf(touched).next().value?.kind ?? 'token');
}
