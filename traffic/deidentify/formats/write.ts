import type { Finding, Leaf, Nest, Piece } from '../document.ts';
import { bareOf, editSource } from './codecs.ts';
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
    else out += piece.touched ? writeLeaf(piece, writing) : piece.source;
  }
  return out;
}

function writeLeaf(leaf: Leaf, writing: Writing): string {
  const bare = bareOf(leaf.encoding, leaf.source);
  if (bare === null) return applyEdits(leaf.source, leafEdits(leaf, writing));
  let out: string = bare.quote;
  let at = 0;
  for (const span of leaf.spans) {
    if (typeof span === 'string') out += span;
    else if (span.kind === 'drop' && leaf.encoding.startsWith('json')) return 'null';
    else {
      const text = writing.render(span);
      const edit = { start: at, end: at + span.length, text };
      const written = bare.safe.test(text) ? text : (editSource(leaf.encoding, leaf.source, [edit], null)[0]?.text ?? '');
      if (written !== text) writing.onEscaped?.(written);
      out += written;
    }
    at += span.length;
  }
  if (at !== leaf.source.length - 2 * bare.quote.length) throw new Error('the spans of a leaf are not its text');
  return out + bare.quote;
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
