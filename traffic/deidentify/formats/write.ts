import type { Finding, Leaf, Nest, Piece } from '../document.ts';
import { editSource } from './codecs.ts';
import { applyEdits, type Edit } from './edits.ts';

/** What stands in a finding's place. */
export type Render = (finding: Finding) => string;

/** The text of pieces: as sent, but for the findings. */
export function writeText(pieces: readonly Piece[], render: Render): string {
  let out = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') out += piece;
    else if ('pieces' in piece) out += applyEdits(piece.source, nestEdits(piece, render));
    else out += piece.touched ? applyEdits(piece.source, leafEdits(piece, render)) : piece.source;
  }
  return out;
}

function nestEdits(nest: Nest, render: Render): readonly Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  for (const piece of nest.pieces) {
    const isText = typeof piece === 'string';
    const own = isText ? [] : 'pieces' in piece ? nestEdits(piece, render) : leafEdits(piece, render);
    for (const { start, end, text } of own) edits.push({ start: at + start, end: at + end, text });
    at += isText ? piece.length : piece.source.length;
  }
  return editSource(nest.encoding, nest.source, edits, at);
}

function leafEdits(leaf: Leaf, render: Render): readonly Edit[] {
  if (!leaf.touched) return [];
  const edits: Edit[] = [];
  let at = 0;
  for (const span of leaf.spans) {
    if (typeof span !== 'string') {
      if (span.kind === 'drop' && leaf.encoding.startsWith('json')) return [{ start: 0, end: leaf.source.length, text: 'null' }];
      edits.push({ start: at, end: at + span.length, text: render(span) });
    }
    at += span.length;
  }
  return editSource(leaf.encoding, leaf.source, edits, at);
}
