import type { Leaf, Piece } from '../document.ts';
import { decodeSource } from './codecs.ts';
import { nameAt, pieceAt, valueAt, type Look } from './look.ts';

/** `a=b&c=d` as pieces: names and values are leaves. */
export function parseForm(look: Look, text: string, place: Leaf['place'], outer: readonly string[] = []): Piece[] {
  const pieces: Piece[] = [];
  let isFirst = true;
  for (const pair of text.split('&')) {
    if (!isFirst) pieces.push('&');
    isFirst = false;
    pieces.push(...parsePair(look, pair, place, 'form', outer));
  }
  return pieces;
}

/** `name=value`, or a name alone. */
export function parsePair(
  look: Look,
  pair: string,
  place: Leaf['place'],
  encoding: 'form' | 'percent',
  outer: readonly string[] = [],
): Piece[] {
  const equals = pair.indexOf('=');
  const rawName = equals < 0 ? pair : pair.slice(0, equals);
  const name = decodeSource(encoding, rawName);
  const pieces: Piece[] = rawName === '' ? [] : [pieceAt(look, nameAt(place), encoding, rawName, name)];
  if (equals < 0) return pieces;
  const value = pair.slice(equals + 1);
  const spot = valueAt(place, fieldNames(name, outer));
  return [...pieces, '=', pieceAt(look, spot, encoding, value, decodeSource(encoding, value))];
}

/** `user[email]` and `user.email` name `email`, then `user`. */
function fieldNames(name: string, outer: readonly string[]): string[] {
  if (!/[.[\]]/.test(name)) return [name, name, ...outer];
  const parts = name.split(/[.[\]]+/).filter((part) => part !== '');
  return [name, ...parts.reverse(), ...outer];
}
