import type { Finding, Leaf, Nest, Piece } from '../document.ts';
import { editSource } from './codecs.ts';
import { applyEdits, type Edit } from './edits.ts';

/** What is written in the findings' places. */
export interface Writing {
  /** What stands in a finding's place. */
  readonly render: (finding: Finding) => string;
  /** Told each spelling of what was rendered that has an escape in it, however deep it stands. */
  readonly onEscaped?: (text: string) => void;
}

/** The text of pieces: as sent, but for the findings. */
export function writeText(pieces: readonly Piece[], writing: Writing): string {
  let out = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') out += piece;
    else if ('pieces' in piece) out += applyEdits(piece.source, nestEdits(piece, writing));
    else out += piece.touched ? applyEdits(piece.source, leafEdits(piece, writing)) : piece.source;
  }
  return out;
}

function nestEdits(nest: Nest, writing: Writing): readonly Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  for (const piece of nest.pieces) {
    const isText = typeof piece === 'string';
    const own = isText ? [] : 'pieces' in piece ? nestEdits(piece, writing) : leafEdits(piece, writing);
    for (const edit of own) edits.push({ ...edit, start: at + edit.start, end: at + edit.end });
    at += isText ? piece.length : piece.source.length;
  }
  return escaped(nest, edits, at, writing);
}

function leafEdits(leaf: Leaf, writing: Writing): readonly Edit[] {
  if (!leaf.touched) return [];
  const edits: Edit[] = [];
  let at = 0;
  for (const span of leaf.spans) {
    if (typeof span !== 'string') {
      if (span.kind === 'drop' && leaf.encoding.startsWith('json')) return [{ start: 0, end: leaf.source.length, text: 'null' }];
      edits.push({ start: at, end: at + span.length, text: writing.render(span) });
    }
    at += span.length;
  }
  return escaped(leaf, edits, at, writing);
}

function escaped(piece: Leaf | Nest, edits: readonly Edit[], length: number, { onEscaped }: Writing): readonly Edit[] {
  const outer = editSource(piece.encoding, piece.source, edits, length);
  if (onEscaped === undefined || outer === edits) return outer;
  for (const [index, { text, isWhole }] of outer.entries()) if (isWhole !== true && text !== edits[index]?.text) onEscaped(text);
  return outer;
}
