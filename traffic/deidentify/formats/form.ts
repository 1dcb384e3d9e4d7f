import type { Leaf, Piece } from '../document.ts';
import { decodeSource } from './codecs.ts';
import { nameAt, pieceAt, valueAt, type Look } from './look.ts';

/** `a=b&c=d` as pieces: names and values are leaves. */
export function parseForm(look: Look, text: string, place: Leaf['place'], outer: readonly string[] = []): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (;;) {
    const next = text.indexOf('&', at);
    addPair(look, next < 0 ? text.slice(at) : text.slice(at, next), place, 'form', outer, pieces);
    if (next < 0) return pieces;
    pieces.push('&');
    at = next + 1;
  }
}

/** Adds `name=value`, or a name alone. */
export function addPair(
  look: Look,
  pair: string,
  place: Leaf['place'],
  encoding: 'form' | 'percent',
  outer: readonly string[],
  pieces: Piece[],
): void {
  const equals = pair.indexOf('=');
  const rawName = equals < 0 ? pair : pair.slice(0, equals);
  const name = decodeSource(encoding, rawName);
  if (rawName !== '') pieces.push(pieceAt(look, nameAt(place), encoding, rawName, name));
  if (equals < 0) return;
  const value = pair.slice(equals + 1);
  pieces.push('=', pieceAt(look, valueAt(place, fieldNames(name, outer)), encoding, value, decodeSource(encoding, value)));
}

/** `user[email]` and `user.email` name `email`, then `user`. */
function fieldNames(name: string, outer: readonly string[]): readonly string[] {
  if (!/[.[\]]/.test(name)) return [name, ...outer];
  const parts = name.split(/[.[\]]+/).filter((part) => part !== '');
  return [name, ...parts.reverse(), ...outer];
}
