import type { Encoding, Piece } from '../document.ts';
import { isCard } from '../checks/card.ts';
import type { FieldDecision, FieldRules } from '../fields.ts';
import { DropRequest, type Count } from '../stage.ts';
import { base64Runs, type Base64Run } from './base64.ts';
import { decodeSource } from './codecs.ts';
import { credentialPieces } from './credentials.ts';
import { parseForm } from './form.ts';
import { isGraphqlText, parseGraphql } from './graphql.ts';
import { parseJson } from './json.ts';
import { leafAt, maximumDepth, maximumDocuments, newBudget, pieceAt, signOfBase64, signOfMarks, type Look, type Spot } from './look.ts';
import { parseUrl } from './target.ts';
import { parseXml } from './xml.ts';

/** @param maximumBodyBytes the manifest's `mirror.maximumBodyBytes`: it holds for a body decompressed, too */
export function makeLook(rules: FieldRules, count: Count, maximumBodyBytes: number): Look {
  return { rules, count, maximumBodyBytes, depth: 0, documents: 0, budget: newBudget(), inside };
}

/** A format that a text within a request may be a document of, and what its text looks like. */
interface Format {
  readonly may: (text: string, spot: Spot) => boolean;
  readonly parse: (look: Look, text: string, spot: Spot) => Piece[] | null;
  /** Where a value that is a secret by its name is looked into: what is found within goes by that name, too. */
  readonly ofSecrets: 'anywhere' | 'headers' | 'nowhere';
}

const pairs = /^[^\s=&?/{}<>"']+=[^\s&]*(?:&[^\s=&]+=[^\s&]*)+$/;

const formats: readonly Format[] = [
  {
    may: (text) => /^\s*[[{"]/.test(text) && /[\]}"]\s*$/.test(text.slice(-16)),
    parse: (look, text, { fields }) => parseJson(look, text, fields),
    ofSecrets: 'anywhere',
  },
  {
    may: (text) => /^\s*<[\w?!]/.test(text) && text.trimEnd().endsWith('>'),
    parse: (look, text, { fields }) => parseXml(look, text, fields),
    ofSecrets: 'nowhere',
  },
  { may: isGraphqlText, parse: (look, text, { fields }) => parseGraphql(look, text, fields.slice(1)), ofSecrets: 'nowhere' },
  {
    may: (text) => text.includes('://') || /^\/[^\s?]*\?/.test(text),
    parse: (look, text, { fields }) => parseUrl(look, text, fields),
    ofSecrets: 'nowhere',
  },
  {
    may: (text) => text.includes('&') && pairs.test(text),
    parse: (look, text, { place, fields }) => parseForm(look, text, place, fields),
    // A cookie of several values; a password is none.
    ofSecrets: 'headers',
  },
];

const escaped: readonly Encoding[] = ['percent', 'html', 'escapes'];

/** What a text holds: a document, an escaped text, base64 of either; else a leaf. Throws {@link DropRequest} `too-deep`. */
function inside(look: Look, spot: Spot, encoding: Encoding, source: string, text: string, signs: number): Piece {
  const pieces = piecesInside(look, spot, text, signs);
  if (pieces === null) return leafAt(look, spot, encoding, source, text);
  const [only] = pieces;
  if (encoding === 'plain' && pieces.length === 1 && only !== undefined && typeof only !== 'string') return only;
  return { encoding, source, pieces };
}

function piecesInside(look: Look, spot: Spot, text: string, signs: number): Piece[] | null {
  const runs = (signs & signOfBase64) === 0 ? [] : base64Runs(text);
  if (runs.length === 0 && (signs & signOfMarks) === 0) return null;
  const decision = spot.isName ? null : look.rules(spot.fields);
  if (isWhole(decision)) return null;
  const marked = (signs & signOfMarks) === 0 ? null : (documentPieces(look, spot, text, decision) ?? escapedPieces(look, spot, text));
  return marked ?? base64Pieces(look, spot, text, runs);
}

/** The manifest says what becomes of the whole value. */
function isWhole(decision: FieldDecision | null): boolean {
  return decision !== null && decision.explicit && (decision.rule === 'keep' || decision.rule === 'mask' || decision.rule === 'drop');
}

function documentPieces(look: Look, spot: Spot, text: string, decision: FieldDecision | null): Piece[] | null {
  if (spot.isName || decision?.explicit === true) return null;
  const within = { ...look, documents: look.documents + 1 };
  for (const { may, parse, ofSecrets } of formats) {
    const isAllowed = decision?.rule !== 'token' || ofSecrets === 'anywhere' || (ofSecrets === 'headers' && spot.place === 'header');
    if (!isAllowed || !may(text, spot)) continue;
    const pieces = parse(within, text, spot);
    if (pieces === null) continue;
    if (look.documents >= maximumDocuments) throw new DropRequest('too-deep');
    return pieces;
  }
  return null;
}

function escapedPieces(look: Look, spot: Spot, text: string): Piece[] | null {
  for (const encoding of escaped) {
    if (encoding === 'percent' && hasCardBehindSign(text)) continue;
    const decoded = decodeSource(encoding, text);
    if (decoded !== text) return [pieceAt(deeper(look), spot, encoding, text, decoded)];
  }
  return null;
}

/** `100%4111111111111111`: the sign is a sign, since what reads as an escape begins the number of a card. */
function hasCardBehindSign(text: string): boolean {
  const digits = /%(\d(?:[ -]?\d){12,18})(?!\d)/.exec(text)?.[1];
  return digits !== undefined && isCard(digits.replaceAll(/\D/g, ''));
}

function base64Pieces(look: Look, spot: Spot, text: string, runs: readonly Base64Run[]): Piece[] | null {
  if (runs.length === 0) return null;
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, text: decoded } of runs) {
    const before = text.slice(at, start);
    const source = text.slice(start, end);
    if (before !== '') pieces.push(leafAt(look, spot, 'plain', before, before));
    const isBasic = /\bbasic\s+$/i.test(before.slice(-16));
    if (isBasic) pieces.push({ encoding: 'base64', source, pieces: credentialPieces(look, spot.place, decoded) });
    else pieces.push(pieceAt(deeper(look), spot, 'base64', source, decoded));
    at = end;
  }
  const rest = text.slice(at);
  if (rest !== '') pieces.push(leafAt(look, spot, 'plain', rest, rest));
  return pieces;
}

function deeper(look: Look): Look {
  if (look.depth >= maximumDepth) throw new DropRequest('too-deep');
  return { ...look, depth: look.depth + 1 };
}
