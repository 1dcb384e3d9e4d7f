import { HoneError } from '../../domain/errors.ts';
import type { DeidentificationRules } from '../../domain/manifest/schema.ts';
import { makeFieldRules, type FieldRules } from './fields.ts';
import { leavesOfPieces, type Piece } from './document.ts';
import { makeLook } from './formats/inside.ts';
import { parseJson } from './formats/json.ts';
import { sanitiseLeaves } from './sanitise.ts';
import { DropRequest, makeEnvelope } from './stage.ts';
import { makePseudonyms, type Pseudonyms } from './shapes/collisions.ts';
import { writePieces } from './structure.ts';
import { makeKeyedHash } from './keyed-hash.ts';
import { tokeniseLeaf } from './tokenise.ts';

/** Of a packed text within a line; there is none today. */
const maximumLineBytes = 4 << 20;

/**
 * Stages 1 to 3 for one JSON line of a prepare hook: the same field rules, detectors and key as for requests, so that a store
 * prepared with it holds what the replayed requests ask for.
 * @param pseudonyms those of the session's requests, so that a value that had to give way has given way in both. Throws `input-invalid` for a line that is no JSON.
 */
export function makeLinePseudonymiser(
  settings: DeidentificationRules,
  key: Uint8Array,
  pseudonyms: Pseudonyms = makePseudonyms(),
): (line: string) => string {
  const rules = makeFieldRules(settings);
  const hash = makeKeyedHash(key);
  const ignore = () => undefined;
  return (line) => {
    if (line.trim() === '') return line;
    const pieces = parseLine(line, rules);
    const leaves = leavesOfPieces(pieces);
    sanitiseLeaves(leaves, rules, makeEnvelope(noRequest), ignore);
    for (const leaf of leaves) tokeniseLeaf(leaf, hash, null, ignore);
    return writePieces(pieces, { pseudonymOf: pseudonyms.of, issued: null, count: ignore });
  };
}

function parseLine(line: string, rules: FieldRules): readonly Piece[] {
  const refused = (cause?: unknown) =>
    new HoneError('input-invalid', 'A line given to $HONE_PSEUDONYMISE is not JSON.', 'Write one JSON object per line.', { cause });
  try {
    const pieces = parseJson(
      makeLook(rules, () => undefined, maximumLineBytes),
      line,
      [],
    );
    if (pieces === null) throw refused();
    return pieces;
  } catch (error) {
    throw error instanceof DropRequest ? refused(error) : error;
  }
}

/** A line is part of no request. */
const noRequest = { method: 'GET', target: '/', headers: [], body: new Uint8Array() };
