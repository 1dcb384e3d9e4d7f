import { SaxesParser } from 'saxes';
import type { Piece } from '../document.ts';
import { DropRequest } from '../stage.ts';
import { decodeSource } from './codecs.ts';
import { leafAt, maximumNesting, nameAt, pieceAt, valueAt, type Look } from './look.ts';

/** One of XML's constructs, each from its first character; what stands between them is text. */
const construct = /<!--([\s\S]*?)-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?([\s\S]*?)\?>|<\/[^>]*>|<((?:[^>"']|"[^"]*"|'[^']*')*)>/y;
const attribute = /([^\s=/]+)(\s*=\s*)("[^"]*"|'[^']*')/g;

/** Elements whose attribute `name` says which field their content is. */
const fieldElements = new Set(
  'field property prop param parameter attribute entry item option input key column var variable header arg argument data member'.split(
    ' ',
  ),
);

/**
 * XML as pieces: texts, attributes, comments, CDATA and instructions are leaves, all else is kept to the byte. Null when it is not
 * well-formed, or has a document type: that could declare entities, and nothing outside the text is ever read. Throws
 * {@link DropRequest} `too-deep`.
 */
export function parseXml(look: Look, text: string, outer: readonly string[]): Piece[] | null {
  if (!isWellFormed(text)) return null;
  const pieces: Piece[] = [];
  const levels: (readonly string[])[] = [outer];
  let at = 0;
  while (at < text.length) {
    const fields = levels.at(-1) ?? outer;
    const next = text.indexOf('<', at);
    const end = next < 0 ? text.length : next;
    if (end > at) pieces.push(textPiece(look, text.slice(at, end), fields));
    if (next < 0) break;
    construct.lastIndex = next;
    const found = construct.exec(text);
    if (found === null) return null;
    const [whole, comment, data, instruction, tag] = found;
    if (comment !== undefined) pieces.push('<!--', plainPiece(look, comment, fields), '-->');
    else if (data !== undefined) pieces.push('<![CDATA[', plainPiece(look, data, fields), ']]>');
    else if (instruction !== undefined) pieces.push(...instructionPieces(look, instruction, fields));
    else if (tag === undefined) {
      levels.pop();
      pieces.push(whole);
    } else {
      const inner = tagPieces(look, tag, fields, pieces);
      if (!tag.endsWith('/')) levels.push(inner);
      if (levels.length > maximumNesting) throw new DropRequest('too-deep');
    }
    at = next + whole.length;
  }
  return pieces;
}

function plainPiece(look: Look, text: string, fields: readonly string[]): Piece {
  return text.trim() === '' ? text : pieceAt(look, valueAt('body', fields), 'plain', text, text);
}

function textPiece(look: Look, source: string, fields: readonly string[]): Piece {
  if (source.trim() === '') return source;
  return pieceAt(look, valueAt('body', fields), 'xml-text', source, decodeSource('xml-text', source));
}

function instructionPieces(look: Look, text: string, fields: readonly string[]): Piece[] {
  return /^xml\s/.test(text) ? [`<?${text}?>`] : ['<?', plainPiece(look, text, fields), '?>'];
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/** Adds a start tag; answers the names that lead to the element's content. */
function tagPieces(look: Look, tag: string, outer: readonly string[], pieces: Piece[]): readonly string[] {
  const element = localName(/^[^\s/]+/.exec(tag)?.[0] ?? '');
  const fields: readonly string[] = [element, ...outer];
  let content = fields;
  let literal = '<';
  let at = 0;
  for (const found of tag.matchAll(attribute)) {
    const [, name = '', equals = '', quoted = ''] = found;
    const source = quoted.slice(1, -1);
    const value = decodeSource('xml-attribute', source);
    const own = localName(name);
    const namesField = own === 'name' && fieldElements.has(element.toLowerCase());
    literal += tag.slice(at, found.index) + name + equals + quoted.slice(0, 1);
    const spot = namesField ? nameAt('body') : valueAt('body', [own, ...fields]);
    if (namesField) content = [value, ...fields];
    pieces.push(
      literal,
      source === ''
        ? ''
        : name.startsWith('xmlns')
          ? leafAt(look, spot, 'xml-attribute', source, value)
          : pieceAt(look, spot, 'xml-attribute', source, value),
    );
    literal = quoted.slice(0, 1);
    at = found.index + found[0].length;
  }
  pieces.push(`${literal}${tag.slice(at)}>`);
  return content;
}

/** By a strict parser without namespaces' rules, since a fragment in a field may use prefixes of the document that it is for. */
function isWellFormed(text: string): boolean {
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('a document type');
  });
  try {
    parser.write(text).close();
    return true;
  } catch {
    return false;
  }
}
