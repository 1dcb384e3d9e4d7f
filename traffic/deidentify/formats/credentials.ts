import type { Leaf, Piece } from '../document.ts';
import { leafAt, valueAt, type Look } from './look.ts';

/** `user:password` of the Basic scheme (RFC 7617): both are somebody's. */
export function credentialPieces(look: Look, place: Leaf['place'], text: string): Piece[] {
  const colon = text.indexOf(':');
  const user = colon < 0 ? text : text.slice(0, colon);
  const pieces: Piece[] = [leafAt(look, valueAt(place, ['username', 'token']), 'plain', user, user)];
  if (colon < 0) return pieces;
  const password = text.slice(colon + 1);
  return [...pieces, ':', leafAt(look, valueAt(place, ['password']), 'plain', password, password)];
}
