import { Lexer, parse, Source, TokenKind, type Token } from 'graphql';
import type { Piece } from '../document.ts';
import { DropRequest } from '../stage.ts';
import { decodeSource } from './codecs.ts';
import { leafAt, maximumNesting, nameAt, pieceAt, valueAt, type Look, type Spot } from './look.ts';

/** A text in a field `query` that begins like a document of GraphQL. */
export function isGraphqlText(text: string, { fields }: Spot): boolean {
  return fields[0] === 'query' && /^\s*(?:#|\{|(?:query|mutation|subscription|fragment)\b)/.test(text) && text.includes('{');
}

interface Level {
  readonly outer: readonly string[];
  /** The name of the argument, variable or member whose value comes next. */
  name: string | null;
}

/** A document of GraphQL as pieces: literals go by the name of their argument. Null when it is none. */
export function parseGraphql(look: Look, text: string, outer: readonly string[]): Piece[] | null {
  const tokens = tokensOf(text);
  if (tokens === null || !isDocument(text)) return null;
  const pieces: Piece[] = [];
  const levels: Level[] = [{ outer, name: null }];
  let at = 0;
  for (const [index, token] of tokens.entries()) {
    const level = levels.at(-1);
    if (level === undefined) return null;
    const fields = level.name === null ? level.outer : [level.name, ...level.outer];
    if (token.kind === TokenKind.NAME && tokens[index + 1]?.kind === TokenKind.COLON) level.name = token.value;
    else if (opens.has(token.kind)) {
      const owner = tokens[index - 1];
      const named = token.kind === TokenKind.PAREN_L && owner?.kind === TokenKind.NAME ? [owner.value, ...level.outer] : fields;
      levels.push({ outer: named, name: null });
    } else if (closes.has(token.kind)) levels.pop();
    const leaf = literal(look, text, token, fields);
    if (leaf === null) continue;
    const [start, pieceEnd, piece] = leaf;
    if (start > at) pieces.push(text.slice(at, start));
    pieces.push(piece);
    at = pieceEnd;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

const opens: ReadonlySet<string> = new Set([TokenKind.PAREN_L, TokenKind.BRACE_L, TokenKind.BRACKET_L]);
const closes: ReadonlySet<string> = new Set([TokenKind.PAREN_R, TokenKind.BRACE_R, TokenKind.BRACKET_R]);

/** A name with digits in it may be a number of somebody's, or a key. */
const codeName = /^(?=.*\d).{8,}$/;

/** Where a token that may identify somebody begins and ends, and its piece. */
function literal(look: Look, text: string, token: Token, fields: readonly string[]): [number, number, Piece] | null {
  const spot = valueAt('body', fields);
  const { start, end } = token;
  const plain = (from: number, to: number): [number, number, Piece] => {
    const source = text.slice(from, to);
    return [from, to, pieceAt(look, spot, 'plain', source, source)];
  };
  if (token.kind === TokenKind.BLOCK_STRING) return plain(start + 3, end - 3);
  if (token.kind === TokenKind.COMMENT) return plain(start + 1, end);
  const source = text.slice(start, end);
  if (token.kind === TokenKind.NAME)
    return codeName.test(source) ? [start, end, pieceAt(look, nameAt('body'), 'plain', source, source)] : null;
  if (token.kind === TokenKind.STRING) return [start, end, pieceAt(look, spot, 'json-string', source, decodeSource('json-string', source))];
  const isNumber = token.kind === TokenKind.INT || token.kind === TokenKind.FLOAT;
  return isNumber ? [start, end, leafAt(look, spot, 'json-number', source, source)] : null;
}

/** The tokens were counted before: what is left has a depth that the parser can take. */
function isDocument(text: string): boolean {
  try {
    parse(text, { noLocation: true });
    return true;
  } catch {
    return false;
  }
}

/** Every token with the comments between them; null when the text is not made of tokens. */
function tokensOf(text: string): Token[] | null {
  const lexer = new Lexer(new Source(text));
  try {
    while (lexer.advance().kind !== TokenKind.EOF);
  } catch {
    return null;
  }
  const tokens: Token[] = [];
  let depth = 0;
  let first: Token | null = lexer.token;
  while (first.prev !== null) first = first.prev;
  for (let token: Token | null = first.next; token !== null; token = token.next) {
    depth += opens.has(token.kind) ? 1 : closes.has(token.kind) ? -1 : 0;
    if (depth < 0) return null;
    if (depth > maximumNesting) throw new DropRequest('too-deep');
    tokens.push(token);
  }
  return depth === 0 ? tokens : null;
}
