import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { Leaf, Piece } from './document.ts';
import { renderPseudonym } from './identifiers.ts';
import { makeStage, type Stage, type StageBooks } from './stage.ts';

/** Stage 3: writes pseudonyms of the values' form into their places and puts the request together again. */
export function makeStructureStage(books?: StageBooks): Stage {
  return makeStage(
    'structure',
    'structure-1',
    (envelope, count) => {
      const { document, incoming, issued } = envelope;
      if (document === null) throw new Error('structure needs what sanitise found');
      const write = (pieces: readonly Piece[]) => writePieces(pieces, issued, count);
      const headers: Record<string, string> = {};
      for (const { name, pieces } of document.headers) {
        const value = write(pieces);
        headers[name] = name in headers ? `${headers[name]}${name === 'cookie' ? '; ' : ', '}${value}` : value;
      }
      const body = write(document.body);
      const output: CorpusRequest = { method: incoming.method, path: write(document.target), headers };
      envelope.output = body === '' ? output : { ...output, body: Buffer.from(body, 'utf8').toString('base64') };
    },
    books,
  );
}

/** The text of pieces with pseudonyms in the findings' places; they are added to `issued`. */
export function writePieces(pieces: readonly Piece[], issued: Set<string> | null, count: (kind: string) => void): string {
  let out = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') out += piece;
    else if ('pieces' in piece) out += writePieces(piece.pieces, issued, count);
    else out += piece.touched ? writeLeaf(piece, issued, count) : piece.source;
  }
  return out;
}

function writeLeaf(leaf: Leaf, issued: Set<string> | null, count: (kind: string) => void): string {
  let text = '';
  for (const span of leaf.spans) {
    if (typeof span === 'string') {
      text += span;
      continue;
    }
    if (span.kind === 'drop' && leaf.encoding.startsWith('json')) return 'null';
    if (span.digest === null) throw new Error('structure needs the digests of tokenise');
    count(span.kind);
    const pseudonym = renderPseudonym(span.shape, span.digest, span.domainDigest);
    issued?.add(pseudonym);
    text += pseudonym;
  }
  return encode(leaf, text);
}

function encode(leaf: Leaf, text: string): string {
  if (leaf.encoding === 'plain') return text;
  if (leaf.encoding === 'json-string') return JSON.stringify(text);
  if (leaf.encoding === 'json-number') return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) ? text : JSON.stringify(text);
  let encoded = encodeURIComponent(text);
  if (leaf.encoding === 'form' && !leaf.source.includes('%20')) encoded = encoded.replaceAll('%20', '+');
  return leaf.source.includes('@') ? encoded.replaceAll('%40', '@') : encoded;
}
