import type { Piece } from '../document.ts';
import { DropRequest } from '../stage.ts';
import { decodeSource } from './codecs.ts';
import { isHolding, labelBefore, labelBehind, labelOf, labelOfPair } from './labels.ts';
import { append, leafAt, maximumNesting, nameAt, pieceAt, valueAt, type Look } from './look.ts';

interface Level {
  readonly isObject: boolean;
  /** The names that lead to the values in it; those of an object's member once its name was read. */
  fields: readonly string[];
  readonly outer: readonly string[];
  expectsName: boolean;
  /** The field that the object is about, when a member of it says so: `{"name": "email", "value": …}`. */
  label: string | null;
  /** Texts of an array so far. */
  count: number;
}

/**
 * JSON as pieces: names, strings and numbers are leaves, all else (white space, brackets, the form of numbers) is kept to the byte.
 * Null when the text is no JSON. Throws {@link DropRequest} `too-deep`.
 * @param outer the names that lead to the text
 */
export function parseJson(look: Look, text: string, outer: readonly string[]): Piece[] | null {
  if (!isJson(text)) return null;
  const pieces: Piece[] = [];
  const levels: Level[] = [];
  let top: Level = { isObject: false, fields: outer, outer, expectsName: false, label: null, count: 0 };
  let literal = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const isString = code === 0x22;
    if (isString || code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const end = isString ? stringEnd(text, at) : numberEnd(text, at);
      const source = text.slice(at, end);
      if (literal < at) pieces.push(text.slice(literal, at));
      if (!isString) pieces.push(leafAt(look, valueAt('body', top.fields), 'json-number', source, source));
      else {
        const decoded = decodeSource('json-string', source);
        const isName = top.expectsName || isLabel(look, top, decoded, text, end);
        pieces.push(pieceAt(look, isName ? nameAt('body') : valueAt('body', top.fields), 'json-string', source, decoded));
        if (top.expectsName) nameMember(look, top, decoded, text, end);
      }
      at = end;
      literal = end;
      continue;
    }
    if (code === 0x7b || code === 0x5b) {
      levels.push(top);
      if (levels.length > maximumNesting) throw new DropRequest('too-deep');
      const { fields }: Level = top;
      top = { isObject: code === 0x7b, fields, outer: fields, expectsName: code === 0x7b, label: null, count: 0 };
    } else if (code === 0x7d || code === 0x5d) top = levels.pop() ?? top;
    else if (code === 0x2c) top.expectsName = top.isObject;
    at += 1;
  }
  if (literal < text.length) pieces.push(text.slice(literal));
  return pieces;
}

function nameMember(look: Look, level: Level, name: string, text: string, end: number): void {
  level.label ??= labelBehind(look.rules, name, text, end);
  level.fields = level.label !== null && isHolding(name) ? [name, level.label, ...level.outer] : [name, ...level.outer];
  level.expectsName = false;
}

/** Whether a value names the field that a later member holds, or the second value of a pair. */
function isLabel(look: Look, level: Level, value: string, text: string, end: number): boolean {
  if (!level.isObject) {
    const label = level.count === 0 ? labelOfPair(look.rules, value, text, end) : null;
    level.count += 1;
    if (label !== null) level.fields = [label, ...level.outer];
    return label !== null;
  }
  const label = labelBefore(look.rules, level.fields[0] ?? '', value, text, end);
  if (label !== null) level.label = label;
  return label !== null || (level.label !== null && level.label === labelOf(look.rules, value));
}

/** One document per line (application/x-ndjson). Null when a line is none. */
export function parseJsonLines(look: Look, text: string, outer: readonly string[]): Piece[] | null {
  const pieces: Piece[] = [];
  for (const part of text.split(/(\r?\n)/)) {
    const line = part.trim() === '' ? [part] : parseJson(look, part, outer);
    if (line === null) return null;
    append(pieces, line);
  }
  return pieces;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Behind the closing quote of the string that begins at a place. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = at;
    while (text.charCodeAt(slashes - 1) === 0x5c) slashes -= 1;
    if ((at - slashes) % 2 === 0) return at + 1;
  }
  return text.length;
}

function numberEnd(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isPart = (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2b || code === 0x2d || code === 0x65 || code === 0x45;
    if (!isPart) break;
  }
  return at;
}
