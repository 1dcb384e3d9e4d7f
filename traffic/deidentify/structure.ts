import type { CorpusRequest } from '../../domain/model/collection.ts';
import type { Finding, Piece } from './document.ts';
import { encodeBody } from './formats/body.ts';
import { writeText } from './formats/write.ts';
import { makePseudonyms, type Pseudonyms } from './shapes/collisions.ts';
import { makeStage, type Envelope, type Stage, type StageBooks } from './stage.ts';

/** Stage 3: writes pseudonyms of the values' form into their places and puts the request together again. */
export function makeStructureStage(books?: StageBooks, pseudonyms: Pseudonyms = makePseudonyms()): Stage {
  return makeStage(
    'structure',
    'structure-3',
    (envelope, count) => {
      const { document, incoming, issued, onReplaced, wordsBefore } = envelope;
      if (document === null) throw new Error('structure needs what sanitise found');
      const pseudonymOf = wordsBefore === null ? pseudonyms.of : pseudonyms.otherOf;
      const write = (pieces: readonly Piece[]) => writePieces(pieces, { issued, count, onReplaced, pseudonymOf });
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

interface PieceWriting {
  readonly pseudonymOf: Pseudonyms['of'];
  readonly issued: Set<string> | null;
  readonly count: (kind: string) => void;
  readonly onReplaced?: Envelope['onReplaced'] | undefined;
}

/** The text of pieces with pseudonyms in the findings' places; they are added to `issued`, and so are their spellings with escapes. */
export function writePieces(pieces: readonly Piece[], { issued, count, onReplaced, pseudonymOf }: PieceWriting): string {
  const render = (finding: Finding): string => {
    count(finding.kind);
    const pseudonym = pseudonymOf(finding);
    issued?.add(pseudonym);
    onReplaced?.(finding, pseudonym);
    return pseudonym;
  };
  return writeText(pieces, { render, onEscaped: (text) => void issued?.add(text) });
}
