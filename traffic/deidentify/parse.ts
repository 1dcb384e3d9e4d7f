import { makeLeaf, type Piece } from './document.ts';
import { pathFields } from './path-rules.ts';
import { DropRequest } from './stage.ts';

/** Percent-decodes once; what is no valid escape stays as it is. */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll(/%[0-9a-fA-F]{2}/g, (escape) => {
      const code = Number.parseInt(escape.slice(1), 16);
      return code < 0x80 ? String.fromCharCode(code) : escape;
    });
  }
}

/** Decodes a value of a query or a form: `+` is a space. */
function formDecode(text: string): string {
  return percentDecode(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

/** `a=b&c=d` as pieces: names and values are leaves. */
export function parseForm(text: string, place: 'query' | 'body'): Piece[] {
  const pieces: Piece[] = [];
  for (const [index, pair] of text.split('&').entries()) {
    if (index > 0) pieces.push('&');
    const equals = pair.indexOf('=');
    const rawName = equals < 0 ? pair : pair.slice(0, equals);
    const name = formDecode(rawName);
    pieces.push(makeLeaf(place, [], 'form', rawName, name, true));
    if (equals < 0) continue;
    const value = pair.slice(equals + 1);
    pieces.push('=', makeLeaf(place, fieldNames(name), 'form', value, formDecode(value)));
  }
  return pieces;
}

/** `user[email]` and `user.email` name `email`, then `user`. */
function fieldNames(name: string): string[] {
  const parts = name.split(/[.[\]]+/).filter((part) => part !== '');
  return [name, ...parts.reverse()];
}

/** Path and query as pieces. A path segment goes by the name of the segment before it; matrix parameters are read like a query. */
export function parseTarget(target: string): Piece[] {
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const pieces: Piece[] = [];
  let before = '';
  for (const [index, segment] of path.split('/').entries()) {
    if (index > 0) pieces.push('/');
    if (segment === '') continue;
    const [first = '', ...parameters] = segment.split(';');
    const text = percentDecode(first);
    if (first !== '') pieces.push(makeLeaf('path', before === '' ? [] : pathFields(before), 'segment', first, text));
    for (const parameter of parameters) pieces.push(';', ...matrixParameter(parameter));
    before = text;
  }
  if (question >= 0) pieces.push('?', ...parseForm(target.slice(question + 1), 'query'));
  return pieces;
}

/** `name=value` of a segment (RFC 3986, section 3.3). Its place is the query's: what it holds is a value, not a word of the route. */
function matrixParameter(parameter: string): Piece[] {
  const equals = parameter.indexOf('=');
  const rawName = equals < 0 ? parameter : parameter.slice(0, equals);
  const name = percentDecode(rawName);
  const leaf = makeLeaf('query', [], 'segment', rawName, name, true);
  if (equals < 0) return [leaf];
  const value = parameter.slice(equals + 1);
  return [leaf, '=', makeLeaf('query', fieldNames(name), 'segment', value, percentDecode(value))];
}

const jsonToken = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[{}[\]]|[^"\-\d{}[\]]+/g;

/**
 * JSON as pieces: strings and numbers are leaves, all else (white space, brackets, number formats) is kept to the byte.
 * Throws {@link DropRequest} `unreadable-body` when the text is no JSON.
 */
export function parseJson(text: string): Piece[] {
  try {
    JSON.parse(text);
  } catch {
    throw new DropRequest('unreadable-body');
  }
  const pieces: Piece[] = [];
  /** The containers around the token: the name of the current member, null in an array. */
  const stack: { isObject: boolean; name: string | null; expectsName: boolean }[] = [];
  const tokens = text.match(jsonToken) ?? [];
  for (const token of tokens) {
    const top = stack.at(-1);
    const first = token[0];
    if (first === '{' || first === '[') stack.push({ isObject: first === '{', name: null, expectsName: first === '{' });
    else if (first === '}' || first === ']') stack.pop();
    else if (first === '"' && top?.expectsName === true) {
      top.name = stringOf(token);
      top.expectsName = false;
      pieces.push(makeLeaf('body', [], 'json-string', token, top.name, true));
      continue;
    } else if (first === '"' || first === '-' || (first !== undefined && first >= '0' && first <= '9')) {
      const fields = stack.flatMap((level) => (level.name === null ? [] : [level.name])).reverse();
      const decoded = first === '"' ? stringOf(token) : token;
      pieces.push(makeLeaf('body', fields, first === '"' ? 'json-string' : 'json-number', token, decoded));
      continue;
    } else if (top?.isObject === true && token.includes(',')) top.expectsName = true;
    pieces.push(token);
  }
  return pieces;
}

/** The text of a JSON string; without an escape it is what stands between the quotes. */
function stringOf(token: string): string {
  return token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
}
