import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { Finding, Piece } from './document.ts';
import { encodeBody } from './formats/body.ts';
import { writeText } from './formats/write.ts';
import { renderPseudonym } from './identifiers.ts';
import { makeStage, type Stage, type StageBooks } from './stage.ts';

/** Stage 3: writes pseudonyms of the values' form into their places and puts the request together again. */
export function makeStructureStage(books?: StageBooks): Stage {
  return makeStage(
    'structure',
    'structure-1',
    (envelope, count) => {
      const { document, incoming, issued, onReplaced } = envelope;
      if (document === null) throw new Error('structure needs what sanitise found');
      const write = (pieces: readonly Piece[]) => writePieces(pieces, issued, count, onReplaced);
      const headers: Record<string, string> = {};
      for (const { name, pieces } of document.headers) {
        const value = write(pieces);
        headers[name] = name in headers ? `${headers[name]}${name === 'cookie' ? '; ' : ', '}${value}` : value;
      }
      const body = write(document.body);
      const output: CorpusRequest = { method: incoming.method, path: write(document.target), headers };
      envelope.output = body === '' ? output : { ...output, body: encodeBody(body, document.bodyFormat).toString('base64') };
    },
    books,
  );
}

/** The text of pieces with pseudonyms in the findings' places; they are added to `issued`, and so are their spellings with escapes. */
export function writePieces(
  pieces: readonly Piece[],
  issued: Set<string> | null,
  count: (kind: string) => void,
  onReplaced?: (finding: Finding, pseudonym: string) => void,
): string {
  const render = (finding: Finding): string => {
    if (finding.digest === null) throw new Error('structure needs the digests of tokenise');
    count(finding.kind);
    const pseudonym = renderPseudonym(finding.shape, finding.digest, finding.domainDigest);
    issued?.add(pseudonym);
    onReplaced?.(finding, pseudonym);
    return pseudonym;
  };
  return writeText(pieces, { render, onEscaped: (text) => void issued?.add(text) });
}
